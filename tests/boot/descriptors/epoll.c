// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// epoll: level and edge, one shot, several descriptors of one file, closing, nesting, waiting for another thread.

#include <arpa/inet.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "parts.h"

static int set;
static struct epoll_event found[8];

static int now(void) { return epoll_wait(set, found, 8, 0); }

static int add(int descriptor, unsigned events) {
  struct epoll_event event = {.events = events, .data.fd = descriptor};
  return epoll_ctl(set, EPOLL_CTL_ADD, descriptor, &event);
}

static int modify(int descriptor, unsigned events) {
  struct epoll_event event = {.events = events, .data.fd = descriptor};
  return epoll_ctl(set, EPOLL_CTL_MOD, descriptor, &event);
}

static void end(int descriptor) { CHECK(epoll_ctl(set, EPOLL_CTL_DEL, descriptor, NULL) == 0); }

// What another thread or the network does comes a little later.
static int soon(void) { return epoll_wait(set, found, 8, 2000); }

void connect_pair(int ends[2]) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof(address);
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  CHECK(bind(listener, (struct sockaddr*)&address, sizeof(address)) == 0 && listen(listener, 1) == 0);
  CHECK(getsockname(listener, (struct sockaddr*)&address, &length) == 0);
  ends[0] = socket(AF_INET, SOCK_STREAM, 0);
  CHECK(connect(ends[0], (struct sockaddr*)&address, sizeof(address)) == 0);
  ends[1] = accept(listener, NULL, NULL);
  CHECK(ends[1] >= 0 && close(listener) == 0);
}

static void wrong_calls(int pipe_end) {
  struct epoll_event event = {.events = EPOLLIN};
  int file = open("/tmp/regular", O_RDWR | O_CREAT, 0600);
  CHECK(file >= 0 && add(file, EPOLLIN) == -1 && errno == EPERM && close(file) == 0);
  CHECK(add(99, EPOLLIN) == -1 && errno == EBADF);
  CHECK(add(set, EPOLLIN) == -1 && errno == EINVAL);
  CHECK(epoll_ctl(pipe_end, EPOLL_CTL_ADD, set, &event) == -1 && errno == EINVAL);
  CHECK(epoll_ctl(set, EPOLL_CTL_DEL, pipe_end, NULL) == -1 && errno == ENOENT);
  CHECK(modify(pipe_end, EPOLLIN) == -1 && errno == ENOENT);
  CHECK(epoll_ctl(set, 77, pipe_end, &event) == -1 && errno == EINVAL);
  CHECK(epoll_wait(set, found, 0, 0) == -1 && errno == EINVAL);
  CHECK(epoll_wait(pipe_end, found, 1, 0) == -1 && errno == EINVAL);
  CHECK(epoll_create(0) == -1 && errno == EINVAL);
  CHECK(epoll_create1(0x7) == -1 && errno == EINVAL);
  CHECK(fcntl(set, F_GETFD) == FD_CLOEXEC);
}

static void level_and_edge(int reader, int writer) {
  char bytes[4];
  CHECK(add(reader, EPOLLIN) == 0 && now() == 0);
  CHECK(add(reader, EPOLLIN) == -1 && errno == EEXIST);
  CHECK(write(writer, "abc", 3) == 3);
  CHECK(now() == 1 && found[0].events == EPOLLIN && found[0].data.fd == reader);
  CHECK(now() == 1);
  CHECK(read(reader, bytes, 1) == 1 && now() == 1);
  CHECK(modify(reader, EPOLLIN | EPOLLET) == 0 && now() == 1 && now() == 0);
  CHECK(read(reader, bytes, 1) == 1 && now() == 0);
  CHECK(write(writer, "d", 1) == 1 && now() == 1 && now() == 0);
  CHECK(modify(reader, EPOLLIN | EPOLLONESHOT) == 0 && now() == 1 && now() == 0);
  CHECK(write(writer, "e", 1) == 1 && now() == 0);
  CHECK(modify(reader, EPOLLIN | EPOLLONESHOT) == 0 && now() == 1);
  CHECK(modify(reader, 0) == 0 && now() == 0);
  CHECK(read(reader, bytes, 4) == 3);
  end(reader);
}

static void two_descriptors(int reader, int writer) {
  int copy = dup(reader);
  char byte;
  CHECK(add(reader, EPOLLIN) == 0 && add(copy, EPOLLIN) == 0);
  CHECK(write(writer, "x", 1) == 1 && now() == 2);
  end(reader);
  CHECK(now() == 1 && found[0].data.fd == copy);
  // The file stays while a descriptor does, and so does the entry of the one that is closed.
  CHECK(close(copy) == 0 && now() == 1 && found[0].data.fd == copy);
  CHECK(epoll_ctl(set, EPOLL_CTL_DEL, copy, NULL) == -1 && errno == EBADF);
  CHECK(read(reader, &byte, 1) == 1 && now() == 0);
}

static void nested(int reader, int writer) {
  int outer = epoll_create1(EPOLL_CLOEXEC), loop = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN, .data.u64 = 7}, got;
  CHECK(epoll_ctl(outer, EPOLL_CTL_ADD, set, &event) == 0);
  CHECK(epoll_ctl(set, EPOLL_CTL_ADD, outer, &event) == -1 && errno == ELOOP);
  CHECK(add(reader, EPOLLIN) == 0 && epoll_wait(outer, &got, 1, 0) == 0);
  CHECK(write(writer, "x", 1) == 1);
  CHECK(epoll_wait(outer, &got, 1, 0) == 1 && got.data.u64 == 7 && got.events == EPOLLIN);
  char byte;
  CHECK(read(reader, &byte, 1) == 1 && epoll_wait(outer, &got, 1, 0) == 0);
  end(reader);
  CHECK(close(outer) == 0 && close(loop) == 0);
}

static void* write_later(void* writer) {
  nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
  CHECK(write(*(int*)writer, "x", 1) == 1);
  return NULL;
}

static void waiting(int reader, int writer) {
  struct timespec before, after, limit = {.tv_nsec = 20000000};
  pthread_t thread;
  char byte;
  CHECK(add(reader, EPOLLIN) == 0);
  CHECK(clock_gettime(CLOCK_MONOTONIC, &before) == 0);
  CHECK(epoll_wait(set, found, 8, 20) == 0 && epoll_pwait2(set, found, 8, &limit, NULL) == 0);
  CHECK(clock_gettime(CLOCK_MONOTONIC, &after) == 0);
  CHECK((after.tv_sec - before.tv_sec) * 1000000000 + after.tv_nsec - before.tv_nsec >= 40000000);
  CHECK(pthread_create(&thread, NULL, write_later, &writer) == 0);
  sigset_t none;
  sigemptyset(&none);
  CHECK(epoll_pwait(set, found, 8, -1, &none) == 1 && found[0].data.fd == reader);
  CHECK(pthread_join(thread, NULL) == 0 && read(reader, &byte, 1) == 1);
  CHECK(close(writer) == 0 && now() == 1 && found[0].events == EPOLLHUP);
  CHECK(close(reader) == 0 && now() == 0);
}

static void sockets(void) {
  static char bytes[100000];
  int ends[2];
  connect_pair(ends);
  CHECK(fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0 && fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0);
  CHECK(add(ends[0], EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET) == 0);
  CHECK(now() == 1 && found[0].events == EPOLLOUT && now() == 0);
  CHECK(write(ends[1], "abc", 3) == 3);
  CHECK(soon() == 1 && found[0].events == (EPOLLIN | EPOLLOUT) && now() == 0);
  // Full, and writable again only once much has been read at the other end.
  do {
    while (write(ends[0], bytes, sizeof(bytes)) > 0) {
    }
    CHECK(errno == EAGAIN);
  } while (epoll_wait(set, found, 8, 20) == 1);
  do {
    while (read(ends[1], bytes, sizeof(bytes)) > 0) {
    }
  } while (epoll_wait(set, found, 8, 20) == 0);
  CHECK(found[0].events == (EPOLLIN | EPOLLOUT));
  CHECK(shutdown(ends[1], SHUT_WR) == 0);
  CHECK(soon() == 1 && (found[0].events & (EPOLLIN | EPOLLRDHUP)) == (EPOLLIN | EPOLLRDHUP));
  CHECK(close(ends[0]) == 0 && now() == 0 && close(ends[1]) == 0);
}

void epoll(void) {
  int ends[2], more[2];
  set = epoll_create1(EPOLL_CLOEXEC);
  CHECK(set >= 0 && pipe(ends) == 0 && pipe2(more, O_CLOEXEC | O_NONBLOCK) == 0);
  CHECK(fcntl(more[0], F_GETFD) == FD_CLOEXEC && (fcntl(more[1], F_GETFL) & O_NONBLOCK));
  wrong_calls(ends[0]);
  level_and_edge(ends[0], ends[1]);
  two_descriptors(ends[0], ends[1]);
  CHECK(close(ends[0]) == 0 && close(ends[1]) == 0 && now() == 0);
  nested(more[0], more[1]);
  waiting(more[0], more[1]);
  sockets();
  CHECK(close(set) == 0);
}
