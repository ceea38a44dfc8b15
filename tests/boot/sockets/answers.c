// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Opening connections, datagrams, options.

#include "answers.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <unistd.h>

#include "check.h"

#define REFUSED(call, number) CHECK((call) == -1 && errno == (number))

static int option(int descriptor, int level, int name) {
  int value = -1;
  socklen_t length = sizeof(value);
  return getsockopt(descriptor, level, name, &value, &length) == 0 ? value : -1;
}

void connections(void) {
  struct sockaddr_in nobody = local_port(1), there = local_port(2100), foreign = local_port(2101), told = {0};
  struct linger now = {1, 0};
  socklen_t length = sizeof(told);
  char byte;
  inet_pton(AF_INET, "192.0.2.77", &foreign.sin_addr);
  int listener = listen_at(2100), one = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
  CHECK(state(one) == (POLLOUT | POLLHUP));
  REFUSED(connect(one, (void*)&nobody, sizeof(nobody)), ECONNREFUSED);
  CHECK(connect(one, (void*)&there, sizeof(there)) == 0);
  REFUSED(listen(one, 1), EINVAL);
  REFUSED(accept(one, NULL, NULL), EINVAL);
  close(accept(listener, NULL, NULL));
  close(one);

  one = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  REFUSED(connect(one, (void*)&there, sizeof(there)), EINPROGRESS);
  CHECK(state(one) == POLLOUT && connect(one, (void*)&there, sizeof(there)) == 0);
  REFUSED(connect(one, (void*)&there, sizeof(there)), EISCONN);
  close(accept(listener, NULL, NULL));
  close(one);

  one = socket(AF_INET, SOCK_STREAM, 0);
  CHECK(setsockopt(one, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) == 0);
  REFUSED(bind(one, (void*)&there, sizeof(there)), EADDRINUSE);
  REFUSED(bind(one, (void*)&foreign, sizeof(foreign)), EADDRNOTAVAIL);
  struct sockaddr_in any = there;
  any.sin_addr.s_addr = 0;  // this machine
  CHECK(connect(one, (void*)&any, sizeof(any)) == 0);
  CHECK(setsockopt(one, SOL_SOCKET, SO_LINGER, &now, sizeof(now)) == 0);
  close(one);
  nap(30);
  one = accept(listener, (void*)&told, &length);  // reset before it was taken
  CHECK(one >= 0 && told.sin_family == AF_INET && told.sin_port != 0);
  REFUSED(recv(one, &byte, 1, 0), ECONNRESET);
  close(one);
  close(listener);

  unsigned before = 0, steps = 0;  // ports that nobody can foretell (RFC 6056)
  for (int i = 0; i < 8; i++) {
    one = socket(AF_INET, SOCK_STREAM, 0);
    told = local_port(0);
    CHECK(bind(one, (void*)&told, sizeof(told)) == 0);
    length = sizeof(told);
    CHECK(getsockname(one, (void*)&told, &length) == 0);
    unsigned distance = ntohs(told.sin_port) - before;
    steps += distance + 2 <= 4;
    before = ntohs(told.sin_port);
    close(one);
  }
  CHECK(steps < 3);
}

void datagrams(void) {
  struct sockaddr_in there = local_port(2200), told = {0}, zero = local_port(0), nobody = local_port(9);
  struct sockaddr unspecified = {.sa_family = AF_UNSPEC};
  socklen_t length = sizeof(told);
  static char bytes[65508];
  int from = socket(AF_INET, SOCK_DGRAM, 0), to = socket(AF_INET, SOCK_DGRAM, 0), size = -1;
  CHECK(bind(to, (void*)&there, sizeof(there)) == 0);
  CHECK(connect(from, (void*)&there, sizeof(there)) == 0);
  CHECK(getsockname(from, (void*)&told, &length) == 0 && told.sin_addr.s_addr == there.sin_addr.s_addr);
  CHECK(connect(from, &unspecified, sizeof(unspecified)) == 0);
  REFUSED(getpeername(from, (void*)&told, &length), ENOTCONN);
  REFUSED(send(from, "x", 1, 0), EDESTADDRREQ);
  REFUSED(sendto(from, "x", 1, 0, (void*)&zero, sizeof(zero)), EINVAL);
  CHECK(sendto(from, bytes, 65507, 0, (void*)&there, sizeof(there)) == 65507);
  CHECK(recv(to, bytes, sizeof(bytes), 0) == 65507);
  REFUSED(sendto(from, bytes, 65508, 0, (void*)&there, sizeof(there)), EMSGSIZE);
  there.sin_addr.s_addr = 0;
  CHECK(sendto(from, "0123456789", 10, 0, (void*)&there, sizeof(there)) == 10);
  nap(20);
  CHECK(ioctl(to, FIONREAD, &size) == 0 && size == 10 && recv(to, bytes, 4, MSG_TRUNC) == 10);
  CHECK(connect(from, (void*)&nobody, sizeof(nobody)) == 0 && send(from, "x", 1, 0) == 1);
  nap(50);
  REFUSED(recv(from, bytes, 1, MSG_DONTWAIT), ECONNREFUSED);
  inet_pton(AF_INET, "10.0.2.255", &there.sin_addr);
  REFUSED(sendto(from, "x", 1, 0, (void*)&there, sizeof(there)), EACCES);
  close(from);
  close(to);
}

/// How much waits in `reader` when `writer` has written until nothing more goes in.
static int fill(int writer, int reader) {
  static char bytes[16384];
  int waits = 0;
  for (int idle = 0; idle < 3;) {
    idle = send(writer, bytes, sizeof(bytes), MSG_DONTWAIT) > 0 ? 0 : idle + 1;
    nap(10);
  }
  CHECK(ioctl(reader, FIONREAD, &waits) == 0);
  return waits;
}

/// Segments are sent whole.
static int nearly(int bytes, int most) { return bytes > most - 2 * 1460 && bytes <= most; }

static void empty(int reader) {
  static char bytes[16384];
  while (recv(reader, bytes, sizeof(bytes), MSG_DONTWAIT) > 0) nap(1);
}

/// SO_RCVBUF bounds what the peer may send before the program reads.
static void windows(void) {
  struct sockaddr_in there = local_port(2400);
  int listener = listen_at(2400), client = socket(AF_INET, SOCK_STREAM, 0), size = 20000, large = 1 << 20;
  CHECK(setsockopt(client, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)) == 0);
  CHECK(setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)) == 0);
  CHECK(connect(client, (void*)&there, sizeof(there)) == 0);
  int server = accept(listener, NULL, NULL);
  CHECK(nearly(fill(server, client), size));
  CHECK(fill(client, server) <= 65535);  // told by SYN and ACK
  empty(server);
  CHECK(nearly(fill(client, server), size));
  empty(server);
  empty(client);
  CHECK(setsockopt(client, SOL_SOCKET, SO_RCVBUF, &large, sizeof(large)) == 0);
  fill(server, client);
  empty(client);
  CHECK(fill(server, client) > 200000);
  empty(client);
  empty(server);
  CHECK(shutdown(client, SHUT_WR) == 0);
  nap(20);
  empty(server);
  CHECK(recv(server, &size, 1, 0) == 0 && close(server) == 0);  // an end, not a reset
  nap(20);
  empty(client);
  CHECK(recv(client, &size, 1, 0) == 0);
  close(client);
  close(listener);
}

void options(void) {
  windows();
  struct sockaddr_in there = local_port(2300);
  struct timeval wrong = {.tv_usec = 2000000};
  char bytes[8];
  int listener = listen_at(2300), client = socket(AF_INET, SOCK_STREAM, 0), yes = 1, idle = 33, size = 4096, left = -1;
  CHECK(setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes)) == 0);
  CHECK(setsockopt(listener, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle)) == 0);
  CHECK(connect(client, (void*)&there, sizeof(there)) == 0);
  int server = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
  CHECK(option(server, IPPROTO_TCP, TCP_NODELAY) == 1 && option(server, IPPROTO_TCP, TCP_KEEPIDLE) == 33);
  CHECK(option(listener, IPPROTO_TCP, TCP_NODELAY) == 1 && option(listener, SOL_SOCKET, SO_ACCEPTCONN) == 1);
  CHECK(option(client, SOL_SOCKET, SO_PROTOCOL) == IPPROTO_TCP && option(client, SOL_SOCKET, SO_RCVLOWAT) == 1);
  CHECK(fcntl(client, F_GETFD) == 0 && fcntl(server, F_GETFD) == FD_CLOEXEC);
  CHECK(setsockopt(client, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)) == 0 &&
        option(client, SOL_SOCKET, SO_RCVBUF) == 8192);
  REFUSED(setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &wrong, sizeof(wrong)), EDOM);
  REFUSED(recv(server, bytes, 0, MSG_DONTWAIT), EAGAIN);
  size = 4;
  CHECK(setsockopt(server, SOL_SOCKET, SO_RCVLOWAT, &size, sizeof(size)) == 0);
  CHECK(send(client, "abc", 3, 0) == 3);
  nap(30);
  CHECK(state(server) == POLLOUT && ioctl(server, FIONREAD, &left) == 0 && left == 3);
  CHECK(send(client, "d", 1, 0) == 1 && recv(server, bytes, 8, 0) == 4);
  close(client);
  close(server);
  close(listener);
  REFUSED(socket(AF_INET, 77, 0), EINVAL);

  struct addrinfo hints = {.ai_family = AF_INET6, .ai_flags = AI_V4MAPPED | AI_CANONNAME, .ai_socktype = SOCK_STREAM},
                  *list;
  char host[NI_MAXHOST], service[NI_MAXSERV];
  CHECK(getaddrinfo("192.0.2.7", "80", &hints, &list) == 0 && strcmp(list->ai_canonname, "192.0.2.7") == 0);
  CHECK(getnameinfo(list->ai_addr, list->ai_addrlen, host, sizeof(host), service, sizeof(service), 0) == 0);
  CHECK(strcmp(host, "::ffff:192.0.2.7") == 0 && strcmp(service, "http") == 0);
  CHECK(getnameinfo(list->ai_addr, list->ai_addrlen, host, 5, NULL, 0, NI_NUMERICHOST) == EAI_OVERFLOW);
  freeaddrinfo(list);
  memset(host, 'a', 64);
  strcpy(host + 64, ".example");
  hints.ai_family = AF_UNSPEC;
  CHECK(getaddrinfo(host, NULL, &hints, &list) == EAI_NONAME);
  hints.ai_flags = 0x10000;
  CHECK(getaddrinfo("localhost", NULL, &hints, &list) == EAI_BADFLAGS);
  CHECK(getaddrinfo("nowhere.example", NULL, NULL, &list) == EAI_AGAIN);  // no name server is known
}
