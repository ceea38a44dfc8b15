// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Connects to each address or name and port ("80", "80/udp") among its arguments and tells what it read there, or why
// it couldn't.
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { kTimeout = 2000 };  // milliseconds, for what nobody answers

static int connect_to(const struct addrinfo* to, int datagrams) {
  int file = socket(to->ai_family, datagrams ? SOCK_DGRAM : SOCK_STREAM, 0), error = 0;
  socklen_t length = sizeof error;
  struct pollfd wait = {.fd = file, .events = POLLOUT};
  struct timeval limit = {.tv_sec = kTimeout / 1000};
  fcntl(file, F_SETFL, O_NONBLOCK);
  if (connect(file, to->ai_addr, to->ai_addrlen) != 0 && errno != EINPROGRESS) error = errno;
  if (error == 0 && poll(&wait, 1, kTimeout) == 0) error = ETIMEDOUT;
  if (error == 0) getsockopt(file, SOL_SOCKET, SO_ERROR, &error, &length);
  fcntl(file, F_SETFL, 0);
  setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  if (error == 0 && datagrams && send(file, "?", 1, 0) < 0) error = errno;
  if (error == 0) return file;
  close(file);
  errno = error;
  return -1;
}

static void try(const char* host, const char* port) {
  char text[64] = "", number[8] = "";
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list;
  memcpy(number, port, strcspn(port, "/") % sizeof number);
  int unknown = getaddrinfo(host, number, &hints, &list);
  if (unknown != 0) {
    printf("%s %s: %s\n", host, port, gai_strerror(unknown));
    return;
  }
  int file = connect_to(list, strchr(port, '/') != NULL);
  freeaddrinfo(list);
  ssize_t length = file < 0 ? -1 : read(file, text, sizeof text - 1);
  if (length < 0) {
    printf("%s %s: %s\n", host, port, strerror(errno));
  } else {
    printf("%s %s: reached, %zd bytes: %s\n", host, port, length, text);
  }
  if (file >= 0) close(file);
}

/// Addresses come by themselves; that of IPv6, last, and behind the link-local one.
static void wait_for_addresses(void) {
  static const char* const kOwn[] = {"10.0.2.2", "fec0::2"};
  struct addrinfo hints = {.ai_socktype = SOCK_DGRAM}, *list;
  for (int tries = 0, found = 0; found < 2 && tries < 200; tries++) {
    if (getaddrinfo(kOwn[found], "9", &hints, &list) != 0) return;
    struct sockaddr_in6 own = {};
    socklen_t length = sizeof own;
    int file = socket(list->ai_family, SOCK_DGRAM, 0);
    int linked =
        connect(file, list->ai_addr, list->ai_addrlen) == 0 && getsockname(file, (struct sockaddr*)&own, &length) == 0;
    found += linked && (own.sin6_family != AF_INET6 || IN6_IS_ADDR_SITELOCAL(&own.sin6_addr));
    close(file);
    freeaddrinfo(list);
    usleep(50000);
  }
}

int main(int count, char** words) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  wait_for_addresses();
  for (int i = 1; i + 1 < count; i += 2) try(words[i], words[i + 1]);
  puts("reach: end");
  return 0;
}
