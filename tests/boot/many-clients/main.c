// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// An echo over loopback by epoll, of one client alone and beside 900 that say nothing.

#include <arpa/inet.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "parts.h"

enum { kClients = 900, kRequests = 300 };

static int set;

static int connect_client(int listener, const struct sockaddr_in* address) {
  int client = socket(AF_INET, SOCK_STREAM, 0);
  CHECK(client >= 0 && connect(client, (const struct sockaddr*)address, sizeof(*address)) == 0);
  int server = accept(listener, NULL, NULL);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = server};
  CHECK(server >= 0 && epoll_ctl(set, EPOLL_CTL_ADD, server, &event) == 0);
  return client;
}

long long now(void) {
  struct timespec time;
  CHECK(clock_gettime(CLOCK_MONOTONIC, &time) == 0);
  return time.tv_sec * 1000000000ll + time.tv_nsec;
}

// Nanoseconds, which are instructions here, for each request.
static long long cost(int client) {
  char bytes[64] = "question";
  long long before = now();
  for (int i = 0; i < kRequests; i++) {
    struct epoll_event event;
    CHECK(write(client, bytes, sizeof(bytes)) == sizeof(bytes));
    CHECK(epoll_wait(set, &event, 1, -1) == 1);
    CHECK(read(event.data.fd, bytes, sizeof(bytes)) == sizeof(bytes));
    CHECK(write(event.data.fd, bytes, sizeof(bytes)) == sizeof(bytes));
    CHECK(read(client, bytes, sizeof(bytes)) == sizeof(bytes));
  }
  return (now() - before) / kRequests;
}

int main(void) {
  threads();
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(7), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  CHECK(bind(listener, (struct sockaddr*)&address, sizeof(address)) == 0 && listen(listener, 5) == 0);
  set = epoll_create1(0);
  int active = connect_client(listener, &address);
  (void)cost(active);
  long long alone = cost(active);
  for (int i = 1; i < kClients; i++) (void)connect_client(listener, &address);
  (void)cost(active);
  long long beside = cost(active);
  printf("a request: %lld alone, %lld beside %d others\n", alone, beside, kClients - 1);
  CHECK(beside * 10 < alone * 11);
  return success();
}
