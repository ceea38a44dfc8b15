// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// How TCP connections end, as the program sees it.

#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include "answers.h"
#include "check.h"

int listen_at(unsigned port) {
  struct sockaddr_in address = local_port(port);
  int made = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
  CHECK(setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) == 0);
  CHECK(bind(made, (void*)&address, sizeof(address)) == 0 && listen(made, 8) == 0);
  return made;
}

void make_pair(unsigned port, int* client, int* server) {
  struct sockaddr_in address = local_port(port);
  int listener = listen_at(port);
  *client = socket(AF_INET, SOCK_STREAM, 0);
  CHECK(connect(*client, (void*)&address, sizeof(address)) == 0);
  *server = accept(listener, NULL, NULL);
  CHECK(*server >= 0);
  close(listener);
}

int state(int descriptor) {
  struct pollfd wait = {.fd = descriptor, .events = POLLIN | POLLOUT};
  return poll(&wait, 1, 50) <= 0 ? 0 : wait.revents;
}

static void* wait_for_connection(void* argument) {
  return (void*)(long)(accept(*(int*)argument, NULL, NULL) < 0 ? errno : 0);
}

static void* wait_for_bytes(void* argument) {
  char byte;
  return (void*)(long)recv(*(int*)argument, &byte, 1, 0);
}

static void orderly(void) {
  struct sockaddr_in told;
  socklen_t length = sizeof(told);
  char bytes[8];
  int client, server, error = -1;
  make_pair(2000, &client, &server);
  CHECK(shutdown(client, SHUT_WR) == 0);
  nap(30);
  CHECK(recv(server, bytes, 8, 0) == 0 && state(server) == (POLLIN | POLLOUT));
  CHECK(send(server, "late", 4, 0) == 4 && recv(client, bytes, 8, 0) == 4);
  CHECK(shutdown(server, SHUT_WR) == 0);
  nap(50);
  for (int* one = (int[]){client, server, -1}; *one >= 0; one++) {
    CHECK(recv(*one, bytes, 8, 0) == 0);
    CHECK(state(*one) == (POLLIN | POLLOUT | POLLHUP));
    length = sizeof(error);
    CHECK(getsockopt(*one, SOL_SOCKET, SO_ERROR, &error, &length) == 0 && error == 0);
    length = sizeof(told);
    CHECK(getsockname(*one, (void*)&told, &length) == 0 && told.sin_port != 0);
    CHECK(getpeername(*one, (void*)&told, &length) == -1 && errno == ENOTCONN);
    CHECK(send(*one, "x", 1, MSG_NOSIGNAL) == -1 && errno == EPIPE);
  }
  close(client);
  close(server);
}

static void reset(void) {
  struct linger now = {1, 0}, told = {7, 7};
  struct sockaddr_in address;
  socklen_t length = sizeof(told);
  char bytes[8];
  int client, server, yes = 1;
  make_pair(2001, &client, &server);
  CHECK(setsockopt(client, SOL_SOCKET, SO_LINGER, &now, sizeof(now)) == 0);
  CHECK(getsockopt(client, SOL_SOCKET, SO_LINGER, &told, &length) == 0 && told.l_onoff == 1 && told.l_linger == 0);
  close(client);
  nap(50);
  CHECK(state(server) == (POLLIN | POLLOUT | POLLERR | POLLHUP));
  CHECK(recv(server, bytes, 8, 0) == -1 && errno == ECONNRESET);
  CHECK(recv(server, bytes, 8, 0) == 0);
  CHECK(send(server, bytes, 1, MSG_NOSIGNAL) == -1 && errno == EPIPE);
  length = sizeof(address);
  CHECK(getsockname(server, (void*)&address, &length) == 0);
  CHECK(setsockopt(server, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof(yes)) == 0);
  CHECK(shutdown(server, SHUT_RDWR) == -1 && errno == ENOTCONN);
  close(server);

  make_pair(2002, &client, &server);  // bytes that nobody has read
  CHECK(send(client, "unread", 6, 0) == 6);
  nap(30);
  close(server);
  nap(30);
  CHECK(recv(client, bytes, 8, 0) == -1 && errno == ECONNRESET);
  close(client);

  make_pair(2003, &client, &server);  // written to behind the peer's close
  close(client);
  nap(30);
  CHECK(state(server) == (POLLIN | POLLOUT) && send(server, "x", 1, MSG_NOSIGNAL) == 1);
  nap(50);
  CHECK(send(server, "x", 1, MSG_NOSIGNAL) == -1 && errno == EPIPE);
  CHECK(state(server) == (POLLIN | POLLOUT | POLLHUP));
  close(server);
}

static void waking(void) {
  int client, server, listener = listen_at(2004);
  pthread_t thread;
  void* said;
  CHECK(pthread_create(&thread, NULL, wait_for_connection, &listener) == 0);
  nap(30);
  CHECK(shutdown(listener, SHUT_RDWR) == 0 && pthread_join(thread, &said) == 0 && said == (void*)EINVAL);
  close(listener);
  make_pair(2005, &client, &server);
  CHECK(pthread_create(&thread, NULL, wait_for_bytes, &server) == 0);
  nap(30);
  CHECK(shutdown(server, SHUT_RD) == 0 && pthread_join(thread, &said) == 0 && said == NULL);
  CHECK(shutdown(client, 9) == -1 && errno == EINVAL);
  close(client);
  close(server);
}

void ends(void) {
  orderly();
  reset();
  waking();
}
