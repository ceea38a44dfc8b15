// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// What a program is told when its peers and the net between them misbehave. Each argument is one thing to do; all are
// done at once, against ports of the host's.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { kDatagrams = 2000, kSilent = 2001, kEcho = 2002, kTimeout = 3000 };

static const char* const kHost = "10.98.0.1";

/// Texts differ between C libraries.
static const char* name_of(int error) {
  static const struct {
    int number;
    const char* name;
  } kNames[] = {{ENETUNREACH, "ENETUNREACH"},   {EHOSTUNREACH, "EHOSTUNREACH"}, {ENOPROTOOPT, "ENOPROTOOPT"},
                {ECONNREFUSED, "ECONNREFUSED"}, {ETIMEDOUT, "ETIMEDOUT"},       {EACCES, "EACCES"}};
  for (unsigned i = 0; i < sizeof kNames / sizeof *kNames; i++)
    if (kNames[i].number == error) return kNames[i].name;
  return strerror(error);
}

static int set(int file, int level, int option, int value) {
  return setsockopt(file, level, option, &value, sizeof value);
}

/// @param timeout milliseconds, then ETIMEDOUT  @return a connection, or the error below zero
static int connect_to(const char* address, unsigned port, int timeout) {
  const int is_v6 = strchr(address, ':') != NULL;
  struct sockaddr_in6 to6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
  struct sockaddr_in to4 = {.sin_family = AF_INET, .sin_port = htons(port)};
  int file = socket(is_v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), error = 0, tries = 0;
  socklen_t length = sizeof error;
  struct pollfd wait = {.fd = file, .events = POLLOUT};
  inet_pton(is_v6 ? AF_INET6 : AF_INET, address, is_v6 ? (void*)&to6.sin6_addr : (void*)&to4.sin_addr);
  do {  // an address of IPv6 waits for its neighbours
    error = connect(file, is_v6 ? (void*)&to6 : (void*)&to4, is_v6 ? sizeof to6 : sizeof to4) != 0 ? errno : 0;
  } while (error == ENETUNREACH && tries++ < 500 && usleep(10000) == 0);
  if (error == EINPROGRESS && (error = poll(&wait, 1, timeout) == 0 ? ETIMEDOUT : 0) == 0)
    getsockopt(file, SOL_SOCKET, SO_ERROR, &error, &length);
  fcntl(file, F_SETFL, 0);
  if (error == 0) return file;
  close(file);
  return -error;
}

static void* print_datagrams(void* listening) {
  char text[64];
  int file = (int)(long)listening;
  for (;;) {
    ssize_t got = recv(file, text, sizeof text - 1, 0);
    if (got < 0) return NULL;
    text[got] = 0;
    printf("datagram: %s\n", text);
  }
}

static void* act(void* word) {
  const char* what = word;
  char byte;
  if (strncmp(what, "to ", 3) == 0) {
    int file = connect_to(what + 3, 80, kTimeout);
    printf("%s: %s\n", what, file < 0 ? name_of(-file) : "connected");
    return NULL;
  }
  int file = connect_to(kHost, strcmp(what, "echo") == 0 ? kEcho : kSilent, 3 * kTimeout);
  if (strcmp(what, "echo") == 0) {
    while (read(file, &byte, 1) == 1) write(file, &byte, 1);
    return NULL;
  }
  ssize_t done;
  if (strcmp(what, "keep-alive") == 0) {
    set(file, SOL_SOCKET, SO_KEEPALIVE, 1);
    set(file, IPPROTO_TCP, TCP_KEEPIDLE, 1);
    set(file, IPPROTO_TCP, TCP_KEEPINTVL, 1);
    set(file, IPPROTO_TCP, TCP_KEEPCNT, 2);
    done = read(file, &byte, 1);
  } else {
    set(file, IPPROTO_TCP, TCP_USER_TIMEOUT, 1500);
    while ((done = write(file, "x", 1)) == 1) usleep(100000);
  }
  printf("%s: %s\n", what, done < 0 ? name_of(errno) : "no error");
  return NULL;
}

int main(int count, char** words) {
  enum { kMax = 32 };
  pthread_t threads[kMax], printer;
  struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(kDatagrams)};
  int file = socket(AF_INET, SOCK_DGRAM, 0);
  setvbuf(stdout, NULL, _IOLBF, 0);
  if (bind(file, (void*)&here, sizeof here) != 0) return 1;
  pthread_create(&printer, NULL, print_datagrams, (void*)(long)file);
  for (int i = 1; i < count && i < kMax; i++) pthread_create(&threads[i], NULL, act, words[i]);
  for (int i = 1; i < count && i < kMax; i++) pthread_join(threads[i], NULL);
  puts("link: end");
  return 0;
}
