// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The native peer: an HTTP server as lean as C and epoll allow. One thread, keep-alive, and one answer to whatever is
// asked, of 13 bytes unless a size is given. What it leaves out (paths, headers, dates) favours it over an appliance.
//
//   epoll_server PORT [SIZE]

#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { kMaxFiles = 4096, kMaxEvents = 64, kUsualSize = 13 };

static struct Client {
  unsigned ends;    // bytes of "\r\n\r\n" that the last request has shown so far
  unsigned wanted;  // answers that are not yet begun
  size_t sent;      // of the answer under way
  bool waits;       // for room
} clients[kMaxFiles];

static char* answer;
static size_t answer_length;
static int poller;

static void make_answer(size_t size) {
  char head[128];
  const int length =
      snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n\r\n", size);
  answer_length = (size_t)length + size;
  answer = malloc(answer_length);
  if (!answer) exit(1);
  memcpy(answer, head, (size_t)length);
  for (size_t i = 0; i < size; ++i) answer[(size_t)length + i] = "Hello, world!"[i % kUsualSize];
}

static void watch(int file, unsigned events, int operation) {
  struct epoll_event event = {.events = events, .data.fd = file};
  epoll_ctl(poller, operation, file, &event);
}

static void count_requests(struct Client* client, const char* bytes, size_t length) {
  for (size_t i = 0; i < length; ++i) {
    if (bytes[i] == "\r\n\r\n"[client->ends])
      ++client->ends;
    else
      client->ends = bytes[i] == '\r';
    if (client->ends == 4) {
      client->ends = 0;
      ++client->wanted;
    }
  }
}

// Returns false when the connection is over.
static bool answer_all(int file, struct Client* client) {
  while (client->wanted) {
    const ssize_t sent = send(file, answer + client->sent, answer_length - client->sent, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) return false;
    if (sent < 0) {
      if (!client->waits) watch(file, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
      client->waits = true;
      return true;
    }
    client->sent += (size_t)sent;
    if (client->sent < answer_length) continue;
    client->sent = 0;
    --client->wanted;
  }
  if (client->waits) watch(file, EPOLLIN, EPOLL_CTL_MOD);
  client->waits = false;
  return true;
}

static bool serve(int file, unsigned events) {
  struct Client* client = &clients[file];
  if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
    char bytes[4096];
    const ssize_t got = recv(file, bytes, sizeof bytes, 0);
    if (got == 0 || (got < 0 && errno != EAGAIN)) return false;
    if (got > 0) count_requests(client, bytes, (size_t)got);
  }
  return answer_all(file, client);
}

static void accept_all(int listener) {
  int file;
  while ((file = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
    if (file >= kMaxFiles) {
      close(file);
      continue;
    }
    const int on = 1;
    setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    clients[file] = (struct Client){0};
    watch(file, EPOLLIN, EPOLL_CTL_ADD);
  }
}

int main(int count, char** words) {
  if (count < 2) return 2;
  make_answer(count > 2 ? strtoul(words[2], NULL, 10) : kUsualSize);
  const struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(words[1]))};
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listener, (const struct sockaddr*)&here, sizeof here) != 0 || listen(listener, 1024) != 0) {
    perror("epoll_server");
    return 1;
  }
  poller = epoll_create1(0);
  watch(listener, EPOLLIN, EPOLL_CTL_ADD);
  for (;;) {
    struct epoll_event events[kMaxEvents];
    const int ready = epoll_wait(poller, events, kMaxEvents, -1);
    for (int i = 0; i < ready; ++i) {
      if (events[i].data.fd == listener)
        accept_all(listener);
      else if (!serve(events[i].data.fd, events[i].events))
        close(events[i].data.fd);
    }
  }
}
