/* SPDX-FileCopyrightText: The Wick authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Stands in for the parts of libslirp and of the C library that are left out, and holds what wick/glib.h declares. */
#include <netdb.h>
#include <stdio.h>
#include <sys/random.h>
#include <unistd.h>

#include "slirp.h"

/* A guest that asks for a file by TFTP, or for the side band of a network card, gets no answer. */
void tftp_input(struct sockaddr_storage* from, struct mbuf* m) { (void)from, (void)m; }
void tftp_cleanup(Slirp* slirp) { (void)slirp; }
void ncsi_input(Slirp* slirp, const uint8_t* packet, int length) { (void)slirp, (void)packet, (void)length; }

/* What it would write is only ever given to DEBUG_ARG. */
int slirp_getnameinfo(const struct sockaddr* address, socklen_t length, char* host, socklen_t host_size, char* service,
                      socklen_t service_size, int flags) {
  (void)address, (void)length, (void)flags;
  if (host_size) host[0] = 0;
  if (service_size) service[0] = 0;
  return 0;
}

int32_t g_rand_int_range(GRand* random, int32_t begin, int32_t end) {
  uint32_t value = 0;
  (void)random;
  /* Ports and pauses: the bias of a remainder does no harm, nor does a 0 from a system that has no more to give. */
  if (getrandom(&value, sizeof value, GRND_NONBLOCK) < 0) value = 0;
  return begin + (int32_t)(value % (uint32_t)(end - begin));
}

_Noreturn void wick_slirp_fail(const char* what, const char* file, int line) {
  fprintf(stderr, "libslirp: %s (%s:%d)\n", what, file, line);
  _exit(1); /* abort() sends a signal, which a jailed process may not be allowed to */
}
