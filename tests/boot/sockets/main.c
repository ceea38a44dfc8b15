// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// BSD sockets over 127.0.0.1 and ::1: TCP with a second thread, UDP, poll, time limits, errors, names and options.

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "answers.h"
#include "check.h"

enum { kBytes = 1000000 };

static struct sockaddr_in at(unsigned port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
  return address;
}

// Takes one connection and sends back what comes, until the end.
static void* echo(void* argument) {
  int listener = *(int*)argument;
  static char bytes[10000];
  int made = accept(listener, NULL, NULL);
  ssize_t got;
  CHECK(made >= 0);
  while ((got = read(made, bytes, sizeof(bytes))) > 0) CHECK(write(made, bytes, (size_t)got) == got);
  CHECK(got == 0);
  close(made);
  return NULL;
}

static void* send_all(void* argument) {
  static char bytes[kBytes];
  for (unsigned i = 0; i < kBytes; i++) bytes[i] = (char)(i * 7 + i / 256);
  CHECK(write(*(int*)argument, bytes, kBytes) == kBytes);
  CHECK(shutdown(*(int*)argument, SHUT_WR) == 0);
  return NULL;
}

static void tcp(void) {
  struct sockaddr_in address = at(1234);
  struct sockaddr_in peer;
  socklen_t length = sizeof(peer);
  int listener = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0);
  pthread_t server, sender;
  CHECK(bind(listener, (struct sockaddr*)&address, sizeof(address)) == 0);
  CHECK(listen(listener, 5) == 0);
  CHECK(pthread_create(&server, NULL, echo, &listener) == 0);
  CHECK(connect(client, (struct sockaddr*)&address, sizeof(address)) == 0);
  CHECK(getpeername(client, (struct sockaddr*)&peer, &length) == 0 && peer.sin_port == htons(1234));
  CHECK(pthread_create(&sender, NULL, send_all, &client) == 0);
  size_t count = 0;
  for (;;) {
    static unsigned char bytes[7777];
    ssize_t got = recv(client, bytes, sizeof(bytes), 0);
    CHECK(got >= 0);
    if (got == 0) break;
    for (ssize_t i = 0; i < got; i++, count++) CHECK(bytes[i] == (unsigned char)(count * 7 + count / 256));
  }
  CHECK(count == kBytes);
  pthread_join(sender, NULL);
  pthread_join(server, NULL);
  close(client);
  close(listener);
}

static void udp(void) {
  struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_port = htons(1235), .sin6_addr = in6addr_loopback},
                      from;
  socklen_t length = sizeof(from);
  int receiver = socket(AF_INET6, SOCK_DGRAM, 0), sender = socket(AF_INET6, SOCK_DGRAM, 0);
  struct pollfd wait = {.fd = receiver, .events = POLLIN};
  char bytes[100];
  CHECK(bind(receiver, (struct sockaddr*)&address, sizeof(address)) == 0);
  CHECK(poll(&wait, 1, 0) == 0);
  CHECK(sendto(sender, "datagram", 8, 0, (struct sockaddr*)&address, sizeof(address)) == 8);
  CHECK(poll(&wait, 1, 5000) == 1 && wait.revents == POLLIN);
  CHECK(recvfrom(receiver, bytes, sizeof(bytes), 0, (struct sockaddr*)&from, &length) == 8);
  CHECK(memcmp(bytes, "datagram", 8) == 0 && memcmp(&from.sin6_addr, &in6addr_loopback, 16) == 0);
  close(sender);
  close(receiver);
}

static void errors(void) {
  struct sockaddr_in nobody = at(4321), taken = at(1236);
  struct timeval limit = {.tv_usec = 50000};
  struct timeval told;
  socklen_t length = sizeof(told);
  int first = socket(AF_INET, SOCK_STREAM, 0), second = socket(AF_INET, SOCK_STREAM, 0), error = 0, yes = 1;
  CHECK(connect(first, (struct sockaddr*)&nobody, sizeof(nobody)) == -1 && errno == ECONNREFUSED);
  close(first);
  CHECK(send(second, "x", 1, 0) == -1 && errno == EPIPE);
  CHECK(fcntl(second, F_SETFL, O_NONBLOCK) == 0);
  CHECK(connect(second, (struct sockaddr*)&nobody, sizeof(nobody)) == -1 && errno == EINPROGRESS);
  struct pollfd wait = {.fd = second, .events = POLLOUT};
  CHECK(poll(&wait, 1, 5000) == 1 && (wait.revents & POLLERR) != 0);
  length = sizeof(error);
  CHECK(getsockopt(second, SOL_SOCKET, SO_ERROR, &error, &length) == 0 && error == ECONNREFUSED);
  close(second);

  first = socket(AF_INET, SOCK_DGRAM, 0);
  CHECK(setsockopt(first, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) == 0);
  length = sizeof(told);
  CHECK(getsockopt(first, SOL_SOCKET, SO_RCVTIMEO, &told, &length) == 0 && told.tv_usec == 50000);
  CHECK(bind(first, (struct sockaddr*)&taken, sizeof(taken)) == 0);
  CHECK(recv(first, &error, sizeof(error), 0) == -1 && errno == EAGAIN);
  second = socket(AF_INET, SOCK_DGRAM, 0);
  CHECK(bind(second, (struct sockaddr*)&taken, sizeof(taken)) == -1 && errno == EADDRINUSE);
  close(first);
  close(second);
  CHECK(socket(99, SOCK_STREAM, 0) == -1 && errno == EAFNOSUPPORT);
  CHECK(listen(1, 1) == -1 && errno == ENOTSOCK);
  CHECK(listen(99, 1) == -1 && errno == EBADF);
  first = socket(AF_INET, SOCK_STREAM, 0);
  CHECK(setsockopt(first, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes)) == 0);
  length = sizeof(error);
  CHECK(getsockopt(first, IPPROTO_TCP, TCP_NODELAY, &error, &length) == 0 && error == 1);
  close(first);
}

static void names(void) {
  struct addrinfo hints = {.ai_family = AF_INET, .ai_flags = AI_NUMERICHOST}, *list;
  char text[INET6_ADDRSTRLEN];
  struct in6_addr address;
  CHECK(getaddrinfo("192.0.2.7", "http", &hints, &list) == 0);
  CHECK(((struct sockaddr_in*)list->ai_addr)->sin_port == htons(80));
  CHECK(strcmp(inet_ntop(AF_INET, &((struct sockaddr_in*)list->ai_addr)->sin_addr, text, sizeof(text)), "192.0.2.7") ==
        0);
  freeaddrinfo(list);
  CHECK(getaddrinfo("no number", NULL, &hints, &list) == EAI_NONAME);
  CHECK(inet_pton(AF_INET6, "2001:db8::1", &address) == 1 && inet_pton(AF_INET, "1.2.3", &address) == 0);
  CHECK(inet_pton(AF_INET6, "64:ff9b::127.0.0.1", &address) == 1 && address.s6_addr[12] == 127 &&
        address.s6_addr[15] == 1);
  CHECK(inet_pton(AF_INET6, "64:ff9b::127.0.1", &address) == 0 && inet_pton(AF_INET6, "::1.2.3.4.5", &address) == 0);
}

static struct in6_addr address6(const char* text) {
  struct in6_addr address = IN6ADDR_ANY_INIT;
  CHECK(inet_pton(AF_INET6, text, &address) == 1);
  return address;
}

/// One letter for each kind.
static const char* kinds_of(const char* text) {
  static char kinds[16];
  const struct in6_addr a = address6(text);
  snprintf(kinds, sizeof(kinds), "%s%s%s%s%s%s%s%s", IN6_IS_ADDR_UNSPECIFIED(&a) ? "0" : "",
           IN6_IS_ADDR_LOOPBACK(&a) ? "1" : "", IN6_IS_ADDR_V4MAPPED(&a) ? "m" : "",
           IN6_IS_ADDR_V4COMPAT(&a) ? "c" : "", IN6_IS_ADDR_LINKLOCAL(&a) ? "l" : "",
           IN6_IS_ADDR_SITELOCAL(&a) ? "s" : "", IN6_IS_ADDR_MULTICAST(&a) ? "M" : "",
           IN6_IS_ADDR_MC_LINKLOCAL(&a) ? "L" : "");
  return kinds;
}

static void kinds(void) {
  const char* const kKnown[][2] = {{"::", "0"},      {"::1", "1"},       {"::ffff:1.2.3.4", "m"}, {"::1.2.3.4", "c"},
                                   {"fe80::1", "l"}, {"febf::1", "l"},   {"fec0::1", "s"},        {"ff02::1", "ML"},
                                   {"ff05::1", "M"}, {"2001:db8::1", ""}};
  for (unsigned i = 0; i < sizeof(kKnown) / sizeof(*kKnown); i++)
    CHECK(strcmp(kinds_of(kKnown[i][0]), kKnown[i][1]) == 0);
}

int main(void) {
  tcp();
  udp();
  errors();
  names();
  kinds();
  ends();
  connections();
  datagrams();
  options();
  return success();
}
