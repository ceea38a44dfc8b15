// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Echo over TCP and UDP, IPv4 and IPv6, one thread with poll(): every call is plain POSIX, so this file also compiles
// on Linux. An argument gives another port than 7.

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { kDatagrams, kListener, kFirstClient, kMaxClients = 64, kBuffer = 8192 };

// What a client has sent and not yet got back.
struct client {
  size_t start, end;
  int finished;
  char bytes[kBuffer];
};

static struct pollfd sockets[kFirstClient + kMaxClients];
static struct client* clients[kFirstClient + kMaxClients];
static unsigned count = kFirstClient;

static int open_socket(int type, unsigned port) {
  int made = socket(AF_INET6, type | SOCK_NONBLOCK, 0);
  struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port), .sin6_addr = in6addr_any};
  int yes = 1;
  if (made < 0) return -1;
  setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  if (bind(made, (struct sockaddr*)&address, sizeof(address)) != 0) return -1;
  if (type == SOCK_STREAM && listen(made, kMaxClients) != 0) return -1;
  return made;
}

static void echo_datagrams(int descriptor) {
  static char bytes[65536];
  struct sockaddr_storage from;
  for (;;) {
    socklen_t length = sizeof(from);
    ssize_t got = recvfrom(descriptor, bytes, sizeof(bytes), 0, (struct sockaddr*)&from, &length);
    if (got < 0) return;
    sendto(descriptor, bytes, (size_t)got, 0, (struct sockaddr*)&from, length);
  }
}

static void accept_clients(int listener) {
  int made;
  while ((made = accept(listener, NULL, NULL)) >= 0) {
    struct client* client = count < kFirstClient + kMaxClients ? calloc(1, sizeof(*client)) : NULL;
    if (client == NULL) {
      close(made);
      continue;
    }
    fcntl(made, F_SETFL, fcntl(made, F_GETFL, 0) | O_NONBLOCK);
    sockets[count] = (struct pollfd){.fd = made, .events = POLLIN};
    clients[count++] = client;
  }
}

// Returns 0 once the connection is over.
static int serve(struct pollfd* socket, struct client* client) {
  if (client->start == client->end && !client->finished) {
    ssize_t got = read(socket->fd, client->bytes, kBuffer);
    if (got < 0) return errno == EAGAIN;
    client->finished = got == 0;
    client->start = 0;
    client->end = (size_t)got;
  }
  while (client->start < client->end) {
    ssize_t sent = write(socket->fd, client->bytes + client->start, client->end - client->start);
    if (sent < 0 && errno != EAGAIN) return 0;
    if (sent < 0) break;
    client->start += (size_t)sent;
  }
  socket->events = client->start < client->end ? POLLOUT : POLLIN;
  return client->start < client->end || !client->finished;
}

int main(int argument_count, char** arguments) {
  unsigned port = argument_count > 1 ? (unsigned)atoi(arguments[1]) : 7;
  sockets[kDatagrams] = (struct pollfd){.fd = open_socket(SOCK_DGRAM, port), .events = POLLIN};
  sockets[kListener] = (struct pollfd){.fd = open_socket(SOCK_STREAM, port), .events = POLLIN};
  if (sockets[kDatagrams].fd < 0 || sockets[kListener].fd < 0) {
    fprintf(stderr, "echo: port %u: %s\n", port, strerror(errno));
    return 1;
  }
  printf("echo: TCP and UDP port %u\n", port);
  for (;;) {
    if (poll(sockets, count, -1) < 0) return 1;
    if (sockets[kDatagrams].revents) echo_datagrams(sockets[kDatagrams].fd);
    if (sockets[kListener].revents) accept_clients(sockets[kListener].fd);
    for (unsigned at = kFirstClient; at < count;) {
      if (sockets[at].revents == 0 || serve(&sockets[at], clients[at])) {
        at++;
        continue;
      }
      close(sockets[at].fd);
      free(clients[at]);
      sockets[at] = sockets[--count];
      clients[at] = clients[count];
    }
  }
}
