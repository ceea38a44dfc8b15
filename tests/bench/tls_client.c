// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// A client of TLS that keeps a server busy: as many connections at once as asked, each shakes hands, asks for one path,
// reads to the end and begins anew; or one connection that asks for the path again and again. Prints how many answers
// it had, how many bytes they were, how many handshakes resumed, and the seconds it took.
//
//   tls_client ADDRESS PORT full|resumed|bulk PATH CONNECTIONS SECONDS
#define _GNU_SOURCE  // strcasestr
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

enum { kMost = 256, kBuffer = 1 << 17 };
enum State { shaking, asking, reading };
struct Connection {
  SSL* tls;
  int file;
  enum State state;
};

static struct sockaddr_in server = {.sin_family = AF_INET};
static SSL_CTX* context;
static SSL_SESSION* session;  // what connections resume: the newest, for OpenSSL spends one when another one comes
static int resumes, poller;
static char request[512];
static unsigned long long answers, bytes, resumed;

static _Noreturn void die(const char* what) {
  fprintf(stderr, "tls_client: %s: %s\n", what, errno ? strerror(errno) : "TLS");
  ERR_print_errors_fp(stderr);
  exit(1);
}

static int keep(SSL* tls, SSL_SESSION* given) {
  (void)tls;
  if (!resumes) return 0;
  SSL_SESSION_free(session);
  session = given;
  return 1;
}

static void begin(struct Connection* c, int waiting) {
  const int on = 1;
  c->file = socket(AF_INET, SOCK_STREAM | (waiting ? SOCK_NONBLOCK : 0), 0);
  if (c->file < 0) die("socket");
  setsockopt(c->file, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connect(c->file, (struct sockaddr*)&server, sizeof server) != 0 && errno != EINPROGRESS) die("connect");
  errno = 0;
  c->tls = SSL_new(context);
  if (!c->tls || SSL_set_fd(c->tls, c->file) != 1) die("SSL_new");
  SSL_set_connect_state(c->tls);
  if (session) SSL_set_session(c->tls, session);
  c->state = shaking;
  struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = c};
  if (waiting && epoll_ctl(poller, EPOLL_CTL_ADD, c->file, &event) != 0) die("epoll_ctl");
}

static void end(struct Connection* c) {
  SSL_set_shutdown(c->tls, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);  // else its session counts as broken
  SSL_free(c->tls);
  close(c->file);
}

// @return what is read, 0 at the end, -1 when there is nothing for now
static int take(struct Connection* c, char* buffer) {
  ERR_clear_error();
  const int got = SSL_read(c->tls, buffer, kBuffer);
  if (got > 0) return got;
  switch (SSL_get_error(c->tls, got)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      return -1;
    case SSL_ERROR_ZERO_RETURN:
      return 0;
    default:
      die("read");
  }
}

// @return whether this connection has had its answer
static int step(struct Connection* c, char* buffer) {
  if (c->state == shaking) {
    ERR_clear_error();
    const int done = SSL_do_handshake(c->tls);
    if (done != 1) {
      const int error = SSL_get_error(c->tls, done);
      if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) die("handshake");
      return 0;
    }
    resumed += SSL_session_reused(c->tls);
    c->state = asking;
  }
  if (c->state == asking) {
    if (SSL_write(c->tls, request, (int)strlen(request)) <= 0) die("write");
    c->state = reading;
  }
  for (int got; (got = take(c, buffer)) >= 0;) {
    if (got == 0) return 1;
    bytes += (unsigned)got;
  }
  return 0;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

// One connection that is kept. An answer's length is that of its head and of the body that it names.
static void read_bulk(char* buffer, double until) {
  struct Connection c;
  begin(&c, 0);
  if (SSL_do_handshake(c.tls) != 1) die("handshake");
  while (now() < until) {
    if (SSL_write(c.tls, request, (int)strlen(request)) <= 0) die("write");
    long long left = -1, had = 0;
    while (left != 0) {
      const int got = take(&c, buffer + (left < 0 ? had : 0));
      if (got <= 0) die("an answer ends too soon");
      if (left > 0) {
        left -= got;
        bytes += (unsigned)got;
        continue;
      }
      had += got;
      buffer[had] = 0;
      char *body = strstr(buffer, "\r\n\r\n"), *length = strcasestr(buffer, "\r\ncontent-length:");
      if (!body) continue;
      if (!length || strncmp(buffer, "HTTP/1.1 200", 12) != 0) die("another answer than was asked for");
      left = atoll(length + 17) - (had - (body + 4 - buffer));
      bytes += (unsigned)had;
    }
    answers++;
  }
  end(&c);
}

static void connect_again_and_again(char* buffer, int count, double until) {
  static struct Connection all[kMost];
  for (int i = 0; i < count; i++) begin(&all[i], 1);
  while (now() < until) {
    struct epoll_event events[kMost];
    const int ready = epoll_wait(poller, events, kMost, 1000);
    if (ready <= 0) die("the server is silent");
    for (int i = 0; i < ready; i++) {
      struct Connection* c = events[i].data.ptr;
      if (!step(c, buffer)) continue;
      answers++;
      end(c);
      begin(c, 1);
    }
  }
}

int main(int count, char** words) {
  static char buffer[2 * kBuffer + 1];
  if (count != 7 || inet_pton(AF_INET, words[1], &server.sin_addr) != 1 || atoi(words[5]) < 1 ||
      atoi(words[5]) > kMost) {
    fputs("tls_client ADDRESS PORT full|resumed|bulk PATH CONNECTIONS SECONDS\n", stderr);
    return 2;
  }
  const int bulk = strcmp(words[3], "bulk") == 0;
  server.sin_port = htons((unsigned short)atoi(words[2]));
  resumes = strcmp(words[3], "resumed") == 0;
  snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: wick.test\r\nConnection: %s\r\n\r\n", words[4],
           bulk ? "keep-alive" : "close");
  context = SSL_CTX_new(TLS_client_method());
  poller = epoll_create1(0);
  if (!context || poller < 0) die("start");
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context, keep);
  SSL_CTX_set_options(context, SSL_OP_IGNORE_UNEXPECTED_EOF);
  if (resumes) {  // the first one brings the ticket
    struct Connection c;
    begin(&c, 0);
    while (!step(&c, buffer)) continue;
    end(&c);
    if (!session) die("no ticket");
    resumed = bytes = 0;
  }
  const double start = now(), until = start + atof(words[6]);
  if (bulk) {
    read_bulk(buffer, until);
  } else {
    connect_again_and_again(buffer, atoi(words[5]), until);
  }
  printf("answers %llu bytes %llu resumed %llu seconds %.6f\n", answers, bytes, resumed, now() - start);
  return 0;
}
