// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Options of sockets as Linux names them: what is set is told, what isn't there is refused, and some that can be seen.

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "check.h"
#include "parts.h"

static int get(int descriptor, int level, int option) {
  int value = -1;
  socklen_t length = sizeof(value);
  return getsockopt(descriptor, level, option, &value, &length) == 0 ? value : -errno;
}

static int set(int descriptor, int level, int option, int value) {
  return setsockopt(descriptor, level, option, &value, sizeof(value)) == 0 ? 0 : -errno;
}

static int readable(int descriptor, int milliseconds) {
  struct pollfd one = {.fd = descriptor, .events = POLLIN};
  return poll(&one, 1, milliseconds);
}

static struct sockaddr_in here(unsigned port) {
  return (struct sockaddr_in){
      .sin_family = AF_INET, .sin_port = htons((unsigned short)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static void told(void) {
  int stream = socket(AF_INET, SOCK_STREAM, 0), datagram = socket(AF_INET6, SOCK_DGRAM, 0);
  CHECK(get(stream, SOL_SOCKET, SO_TYPE) == SOCK_STREAM && get(datagram, SOL_SOCKET, SO_TYPE) == SOCK_DGRAM);
  CHECK(get(stream, SOL_SOCKET, SO_DOMAIN) == AF_INET && get(datagram, SOL_SOCKET, SO_DOMAIN) == AF_INET6);
  CHECK(get(stream, SOL_SOCKET, SO_PROTOCOL) == IPPROTO_TCP && get(datagram, SOL_SOCKET, SO_PROTOCOL) == IPPROTO_UDP);
  CHECK(get(stream, SOL_SOCKET, SO_ACCEPTCONN) == 0 && get(stream, SOL_SOCKET, SO_ERROR) == 0);
  const int flags[][2] = {{SOL_SOCKET, SO_REUSEADDR}, {SOL_SOCKET, SO_REUSEPORT}, {SOL_SOCKET, SO_KEEPALIVE},
                          {SOL_SOCKET, SO_BROADCAST}, {SOL_SOCKET, SO_OOBINLINE}, {IPPROTO_TCP, TCP_NODELAY},
                          {IPPROTO_TCP, TCP_CORK}};
  for (unsigned i = 0; i < sizeof(flags) / sizeof(*flags); i++) {
    CHECK(get(stream, flags[i][0], flags[i][1]) == 0 && set(stream, flags[i][0], flags[i][1], 1) == 0);
    CHECK(get(stream, flags[i][0], flags[i][1]) == 1 && set(stream, flags[i][0], flags[i][1], 0) == 0);
    CHECK(get(stream, flags[i][0], flags[i][1]) == 0);
  }
  const int numbers[][3] = {{IPPROTO_TCP, TCP_KEEPIDLE, 60}, {IPPROTO_TCP, TCP_KEEPINTVL, 10},
                            {IPPROTO_TCP, TCP_KEEPCNT, 5},   {IPPROTO_TCP, TCP_USER_TIMEOUT, 3000},
                            {IPPROTO_IP, IP_TTL, 33},        {IPPROTO_IP, IP_TOS, 0x10},
                            {SOL_SOCKET, SO_PRIORITY, 3}};
  for (unsigned i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
    CHECK(set(stream, numbers[i][0], numbers[i][1], numbers[i][2]) == 0);
    CHECK(get(stream, numbers[i][0], numbers[i][1]) == numbers[i][2]);
  }
  CHECK(set(stream, IPPROTO_TCP, TCP_KEEPIDLE, 0) == -EINVAL && set(stream, IPPROTO_TCP, TCP_MAXSEG, 7) == -EINVAL);
  CHECK(set(stream, IPPROTO_TCP, TCP_DEFER_ACCEPT, 1) == 0 && get(stream, IPPROTO_TCP, TCP_DEFER_ACCEPT) >= 1);
  CHECK(set(datagram, IPPROTO_IPV6, IPV6_V6ONLY, 1) == 0 && get(datagram, IPPROTO_IPV6, IPV6_V6ONLY) == 1);
  CHECK(set(datagram, IPPROTO_IPV6, IPV6_TCLASS, 8) == 0 && get(datagram, IPPROTO_IPV6, IPV6_TCLASS) == 8);
  CHECK(set(stream, SOL_SOCKET, 9999, 1) == -ENOPROTOOPT && get(stream, SOL_SOCKET, 9999) == -ENOPROTOOPT);
  CHECK(set(stream, IPPROTO_TCP, 9999, 1) == -ENOPROTOOPT && get(stream, IPPROTO_TCP, 9999) == -ENOPROTOOPT);
  CHECK(set(stream, IPPROTO_IP, 9999, 1) == -ENOPROTOOPT && set(datagram, IPPROTO_TCP, TCP_NODELAY, 1) < 0);
  CHECK(setsockopt(stream, SOL_SOCKET, SO_KEEPALIVE, "x", 1) == -1 && errno == EINVAL);
  CHECK(close(stream) == 0 && close(datagram) == 0);
}

static void connections(void) {
  int ends[2];
  char got[8];
  connect_pair(ends);
  struct tcp_info info;
  socklen_t length = sizeof(info);
  CHECK(getsockopt(ends[0], IPPROTO_TCP, TCP_INFO, &info, &length) == 0 && length > 100);
  CHECK(info.tcpi_state == TCP_ESTABLISHED && info.tcpi_snd_mss > 500 && info.tcpi_snd_cwnd > 0 && info.tcpi_rto > 0);
  CHECK(get(ends[0], IPPROTO_TCP, TCP_MAXSEG) > 500);
  // Less than a segment waits until the cork is out.
  CHECK(set(ends[0], IPPROTO_TCP, TCP_CORK, 1) == 0 && write(ends[0], "abc", 3) == 3 && readable(ends[1], 50) == 0);
  CHECK(set(ends[0], IPPROTO_TCP, TCP_CORK, 0) == 0 && readable(ends[1], 1000) == 1 && read(ends[1], got, 8) == 3);
  CHECK(set(ends[0], IPPROTO_TCP, TCP_QUICKACK, 1) == 0);
  CHECK(close(ends[0]) == 0 && close(ends[1]) == 0);

  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), client = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = here(4001);
  CHECK(set(listener, IPPROTO_TCP, TCP_DEFER_ACCEPT, 5) == 0 && set(listener, SOL_SOCKET, SO_REUSEADDR, 1) == 0);
  CHECK(bind(listener, (struct sockaddr*)&address, sizeof(address)) == 0 && listen(listener, 5) == 0);
  CHECK(connect(client, (struct sockaddr*)&address, sizeof(address)) == 0);
  CHECK(readable(listener, 50) == 0 && accept(listener, NULL, NULL) == -1 && errno == EAGAIN);
  CHECK(write(client, "x", 1) == 1 && readable(listener, 1000) == 1);
  int made = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
  CHECK(made >= 0 && fcntl(made, F_GETFD) == FD_CLOEXEC && (fcntl(made, F_GETFL) & O_NONBLOCK));
  CHECK(read(made, got, 8) == 1 && accept4(listener, NULL, NULL, 0x7) == -1 && errno == EINVAL);
  CHECK(close(listener) == 0 && close(client) == 0 && close(made) == 0);
}

enum { kClients = 40 };

static void shared_port(void) {
  int listeners[2], clients[kClients], taken[2] = {0, 0}, made;
  struct sockaddr_in address = here(4002);
  for (int i = 0; i < 2; i++) {
    listeners[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    CHECK(set(listeners[i], SOL_SOCKET, SO_REUSEPORT, 1) == 0);
    CHECK(bind(listeners[i], (struct sockaddr*)&address, sizeof(address)) == 0 && listen(listeners[i], 128) == 0);
  }
  int other = socket(AF_INET, SOCK_STREAM, 0);
  CHECK(bind(other, (struct sockaddr*)&address, sizeof(address)) == -1 && errno == EADDRINUSE && close(other) == 0);
  for (int i = 0; i < kClients; i++) {
    clients[i] = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(connect(clients[i], (struct sockaddr*)&address, sizeof(address)) == 0);
  }
  for (int i = 0; i < 2; i++) {
    while (readable(listeners[i], 20) == 1 && (made = accept(listeners[i], NULL, NULL)) >= 0) {
      taken[i]++;
      CHECK(close(made) == 0);
    }
  }
  CHECK(taken[0] + taken[1] == kClients && taken[0] > 0 && taken[1] > 0);
  for (int i = 0; i < kClients; i++) CHECK(close(clients[i]) == 0);
  // One goes, and the other has the port alone.
  CHECK(close(listeners[0]) == 0);
  clients[0] = socket(AF_INET, SOCK_STREAM, 0);
  CHECK(connect(clients[0], (struct sockaddr*)&address, sizeof(address)) == 0 && readable(listeners[1], 1000) == 1);
  CHECK(close(listeners[1]) == 0 && close(clients[0]) == 0);
  clients[0] = socket(AF_INET, SOCK_STREAM, 0);
  CHECK(connect(clients[0], (struct sockaddr*)&address, sizeof(address)) == -1 && errno == ECONNREFUSED);
  CHECK(close(clients[0]) == 0);
}

static void packet_info(void) {
  int to = socket(AF_INET, SOCK_DGRAM, 0), from = socket(AF_INET, SOCK_DGRAM, 0);
  struct sockaddr_in address = here(4003);
  address.sin_addr.s_addr = htonl(INADDR_ANY);
  CHECK(set(to, IPPROTO_IP, IP_PKTINFO, 1) == 0 && bind(to, (struct sockaddr*)&address, sizeof(address)) == 0);
  address = here(4003);
  CHECK(sendto(from, "abc", 3, 0, (struct sockaddr*)&address, sizeof(address)) == 3);
  union {
    struct cmsghdr header;
    char room[CMSG_SPACE(sizeof(struct in_pktinfo))];
  } control;
  char got[8];
  struct iovec piece = {got, sizeof(got)};
  struct msghdr message = {.msg_name = &address,
                           .msg_namelen = sizeof(address),
                           .msg_iov = &piece,
                           .msg_iovlen = 1,
                           .msg_control = &control,
                           .msg_controllen = sizeof(control)};
  CHECK(recvmsg(to, &message, MSG_PEEK) == 3 && recvmsg(to, &message, 0) == 3);
  struct cmsghdr* header = CMSG_FIRSTHDR(&message);
  struct in_pktinfo info;
  CHECK(header != NULL && header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_PKTINFO);
  memcpy(&info, CMSG_DATA(header), sizeof(info));
  CHECK(info.ipi_addr.s_addr == htonl(INADDR_LOOPBACK) && info.ipi_ifindex > 0);
  // Back with the same: the source is what the question went to.
  piece.iov_len = 2;
  CHECK(sendmsg(to, &message, 0) == 2);
  socklen_t length = sizeof(address);
  CHECK(recvfrom(from, got, sizeof(got), 0, (struct sockaddr*)&address, &length) == 2);
  CHECK(address.sin_addr.s_addr == htonl(INADDR_LOOPBACK) && address.sin_port == htons(4003));
  CHECK(close(to) == 0 && close(from) == 0);
}

void options(void) {
  told();
  connections();
  shared_port();
  packet_info();
}
