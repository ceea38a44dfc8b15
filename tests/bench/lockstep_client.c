// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// main ADDRESS CONNECTIONS ROUNDS [PATH]: a client of HTTP that asks on each of its connections, reads all the answers,
// and asks again, so that a server has the same work for each round on whatever machine. Counters look for the
// addresses of `counting_begins` and `counting_ends`; a first round in ten is not counted.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { kMostConnections = 64, kTries = 200, kPause = 100 * 1000, kPort = 80 };

static char request[256];

__attribute__((noinline, used)) static void counting_begins(void) { __asm__ volatile("nop" ::: "memory"); }
__attribute__((noinline, used)) static void counting_ends(void) { __asm__ volatile("nop" ::: "memory"); }

static void give_up(const char* what) {
  perror(what);
  exit(1);
}

static int connect_to(const char* address) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(kPort)};
  if (inet_pton(AF_INET, address, &to.sin_addr) != 1) give_up(address);
  for (int tries = 0; tries < kTries; ++tries, usleep(kPause)) {
    const int handle = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    if (handle < 0) give_up("socket");
    setsockopt(handle, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(handle, (const struct sockaddr*)&to, sizeof to) == 0) return handle;
    close(handle);
  }
  give_up("connect");
  return -1;
}

/// Until head and body are there. Of the body only its length is looked at.
static void read_answer(int handle) {
  static char text[1 << 16];
  size_t got = 0, whole = 0;  // 0: the head isn't complete
  while (whole == 0 || got < whole) {
    char* const to = whole ? text : text + got;
    const ssize_t more = read(handle, to, whole ? sizeof text : sizeof text - 1 - got);
    if (more <= 0) give_up("read");
    got += (size_t)more;
    if (whole) continue;
    text[got] = 0;
    const char* end = strstr(text, "\r\n\r\n");
    const char* length = strstr(text, "Content-Length: ");
    if (end && length) whole = (size_t)(end + 4 - text) + strtoul(length + 16, NULL, 10);
  }
}

static void ask(const int* handles, int count, int rounds) {
  const ssize_t length = (ssize_t)strlen(request);
  for (int round = 0; round < rounds; ++round) {
    for (int i = 0; i < count; ++i)
      if (write(handles[i], request, (size_t)length) != length) give_up("write");
    for (int i = 0; i < count; ++i) read_answer(handles[i]);
  }
}

int main(int count, char** arguments) {
  if (count != 4 && count != 5) return 2;
  const char* const path = count == 5 ? arguments[4] : "/hello.txt";
  const int length = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: bench\r\n\r\n", path);
  if (length < 0 || length >= (int)sizeof request) return 2;
  const int connections = atoi(arguments[2]), rounds = atoi(arguments[3]);
  if (connections < 1 || connections > kMostConnections || rounds < 1) return 2;
  int handles[kMostConnections];
  for (int i = 0; i < connections; ++i) handles[i] = connect_to(arguments[1]);
  ask(handles, connections, rounds / 10 + 1);
  counting_begins();
  ask(handles, connections, rounds);
  counting_ends();
  printf("%d requests\n", connections * rounds);
  return 0;
}
