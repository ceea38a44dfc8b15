// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <linux/vm_sockets.h>
#include <poll.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"

enum { kEcho = 1000, kCount, kSource, kControl, kRefuses, kSlow };

static struct sockaddr_vm address(unsigned cid, unsigned port) {
  return (struct sockaddr_vm){.svm_family = AF_VSOCK, .svm_cid = cid, .svm_port = port};
}

static int listen_at(unsigned port) {
  const int listener = socket(AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const struct sockaddr_vm own = address(VMADDR_CID_ANY, port);
  CHECK(listener >= 0 && bind(listener, (const struct sockaddr*)&own, sizeof own) == 0 && listen(listener, 8) == 0);
  return listener;
}

/// @return 0: the client has gone
static int send_all(int file, const void* from, size_t bytes) {
  for (const char* at = from; bytes > 0;) {
    const ssize_t put = send(file, at, bytes, MSG_NOSIGNAL);
    if (put < 0) CHECK(errno == EPIPE || errno == ECONNRESET);
    if (put < 0) return 0;
    CHECK(put > 0);
    at += put;
    bytes -= (size_t)put;
  }
  return 1;
}

static void echo(int client) {
  static _Thread_local char bytes[20000];
  for (ssize_t got; (got = read(client, bytes, sizeof bytes)) > 0;)
    if (!send_all(client, bytes, (size_t)got)) return;
  CHECK(shutdown(client, SHUT_WR) == 0 || errno == ENOTCONN);
}

/// Reads to the end, says how much it was, byte by byte added up, and lets the other end finish.
static void count(int client, int slowly) {
  static _Thread_local unsigned char bytes[5000];
  unsigned long total = 0, sum = 0;
  ssize_t got;
  while ((got = recv(client, bytes, sizeof bytes, 0)) > 0) {
    for (ssize_t i = 0; i < got; i++) sum = sum * 31 + bytes[i];
    total += (unsigned long)got;
    if (slowly) usleep(2000);
  }
  CHECK(got == 0);
  char text[64];
  const int length = snprintf(text, sizeof text, "%lu %lu\n", total, sum);
  CHECK(send_all(client, text, (size_t)length));
}

static void source(int client) {
  static _Thread_local unsigned char bytes[10000];
  for (unsigned round = 0; round < 400; round++) {
    for (unsigned i = 0; i < sizeof bytes; i++) bytes[i] = (unsigned char)(round + i * 7);
    if (!send_all(client, bytes, sizeof bytes)) return;
  }
}

/// Calls a port of the host's, says hello, ends its half, and tells what comes back.
static void call(int client, unsigned port) {
  char text[200];
  const int host = socket(AF_VSOCK, SOCK_STREAM, 0);
  const struct sockaddr_vm to = address(VMADDR_CID_HOST, port);
  int length = 0;
  if (connect(host, (const struct sockaddr*)&to, sizeof to) != 0) {
    length = snprintf(text, sizeof text, "errno %s\n", errno == ECONNRESET ? "ECONNRESET" : strerror(errno));
  } else {
    struct sockaddr_vm peer;
    socklen_t bytes = sizeof peer;
    CHECK(getpeername(host, (struct sockaddr*)&peer, &bytes) == 0 && peer.svm_cid == 2 && peer.svm_port == port);
    CHECK(send_all(host, "hello from the guest", 20));
    CHECK(shutdown(host, SHUT_WR) == 0 && write(host, "x", 1) == -1 && errno == EPIPE);
    char heard[100];
    ssize_t got, all = 0;
    while ((got = read(host, heard + all, sizeof heard - (size_t)all)) > 0) all += got;
    CHECK(got == 0);
    length = snprintf(text, sizeof text, "heard %.*s\n", (int)all, heard);
  }
  CHECK(close(host) == 0);
  CHECK(send_all(client, text, (size_t)length));
}

static void control(int client) {
  char line[64] = "";
  size_t length = 0;
  while (length < sizeof line - 1 && read(client, line + length, 1) == 1 && line[length++] != '\n') line[length] = 0;
  unsigned port;
  if (sscanf(line, "call %u", &port) == 1) call(client, port);
  if (strcmp(line, "end\n") == 0) {
    CHECK(send_all(client, "the last words", 14));
    exit(0);
  }
}

struct Job {
  unsigned port;
  int client;
};

static void* serve(void* its) {
  const struct Job job = *(struct Job*)its;
  free(its);
  switch (job.port) {
    case kEcho:
      echo(job.client);
      break;
    case kCount:
    case kSlow:
      count(job.client, job.port == kSlow);
      break;
    case kSource:
      source(job.client);
      break;
    case kControl:
      control(job.client);
      break;
  }
  CHECK(close(job.client) == 0);
  return NULL;
}

static void questions(void) {
  CHECK(socket(AF_VSOCK, SOCK_DGRAM, 0) == -1 && errno == ESOCKTNOSUPPORT);
  CHECK(socket(AF_VSOCK, SOCK_STREAM, 6) == -1 && errno == EPROTONOSUPPORT);
  CHECK(socket(AF_INET, SOCK_STREAM, 0) == -1 && errno == EAFNOSUPPORT);
  const int one = socket(AF_VSOCK, SOCK_STREAM, 0), other = socket(AF_VSOCK, SOCK_STREAM, 0);
  struct sockaddr_vm own = address(VMADDR_CID_ANY, VMADDR_PORT_ANY);
  socklen_t length = sizeof own;
  CHECK(one >= 0 && other >= 0 && listen(one, 1) == -1 && errno == EINVAL);
  CHECK(bind(one, (struct sockaddr*)&own, sizeof own) == 0 && bind(one, (struct sockaddr*)&own, sizeof own) == -1);
  CHECK(getsockname(one, (struct sockaddr*)&own, &length) == 0 && length == sizeof own && own.svm_port >= 1024);
  CHECK(bind(other, (struct sockaddr*)&own, sizeof own) == -1 && errno == EADDRINUSE);
  own = address(17, 1);
  CHECK(bind(other, (struct sockaddr*)&own, sizeof own) == -1 && errno == EADDRNOTAVAIL);
  unsigned cid = 0;
  CHECK(ioctl(one, IOCTL_VM_SOCKETS_GET_LOCAL_CID, &cid) == 0 && cid == 3);
  CHECK(getpeername(one, (struct sockaddr*)&own, &length) == -1 && errno == ENOTCONN);
  CHECK(send(one, "x", 1, MSG_NOSIGNAL) == -1 && errno == ENOTCONN);
  char byte;
  CHECK(recv(one, &byte, 1, 0) == -1 && errno == ENOTCONN);
  // Nobody listens there: at once, and later.
  const struct sockaddr_vm nobody = address(VMADDR_CID_HOST, 4242);
  CHECK(connect(other, (const struct sockaddr*)&nobody, sizeof nobody) == -1 && errno == ECONNRESET);
  CHECK(fcntl(other, F_SETFL, O_NONBLOCK) == 0);
  CHECK(connect(other, (const struct sockaddr*)&nobody, sizeof nobody) == -1 && errno == EINPROGRESS);
  struct pollfd wait = {other, POLLOUT, 0};
  int error = 0;
  length = sizeof error;
  CHECK(poll(&wait, 1, 2000) == 1 && getsockopt(other, SOL_SOCKET, SO_ERROR, &error, &length) == 0 &&
        error == ECONNRESET);
  CHECK(close(one) == 0 && close(other) == 0);
}

int main(void) {
  questions();
  struct pollfd listeners[] = {{listen_at(kEcho), POLLIN, 0},
                               {listen_at(kCount), POLLIN, 0},
                               {listen_at(kSource), POLLIN, 0},
                               {listen_at(kControl), POLLIN, 0},
                               {listen_at(kSlow), POLLIN, 0}};
  static const unsigned ports[] = {kEcho, kCount, kSource, kControl, kSlow};
  enum { kListeners = sizeof ports / sizeof ports[0] };
  puts("serving");
  fflush(stdout);
  for (;;) {
    CHECK(poll(listeners, kListeners, -1) > 0);
    for (int i = 0; i < kListeners; i++) {
      if (!listeners[i].revents) continue;
      struct sockaddr_vm peer;
      socklen_t length = sizeof peer;
      const int client = accept(listeners[i].fd, (struct sockaddr*)&peer, &length);
      CHECK(client >= 0 && peer.svm_family == AF_VSOCK && peer.svm_cid == VMADDR_CID_HOST);
      struct Job* job = malloc(sizeof *job);
      pthread_t thread;
      CHECK(job);
      *job = (struct Job){ports[i], client};
      CHECK(pthread_create(&thread, NULL, serve, job) == 0 && pthread_detach(thread) == 0);
    }
  }
}
