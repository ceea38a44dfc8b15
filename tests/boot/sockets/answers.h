// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// What calls on sockets say at their edges. Where POSIX leaves it open the answers are Linux'.

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

static inline struct sockaddr_in local_port(unsigned port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

static inline void nap(long milliseconds) { nanosleep(&(struct timespec){.tv_nsec = milliseconds * 1000000}, NULL); }

int listen_at(unsigned port);
void make_pair(unsigned port, int* client, int* server);
int state(int descriptor);

void ends(void);
void connections(void);
void datagrams(void);
void options(void);
