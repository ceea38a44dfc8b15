// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Locks of files: whole ones and ranges, those of the process and of an open description, and their end. And how many
// descriptors there are.

#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "parts.h"

static int file(void) { return open("/tmp/locked", O_RDWR | O_CREAT, 0600); }

static int lock(int descriptor, int command, short type, long start, long length) {
  struct flock range = {.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
  return fcntl(descriptor, command, &range) == 0 ? 0 : -errno;
}

static struct flock ask(int descriptor, int command, short type, long start, long length) {
  struct flock range = {.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
  CHECK(fcntl(descriptor, command, &range) == 0);
  return range;
}

static void whole_files(void) {
  int one = file(), other = file();
  CHECK(flock(one, LOCK_EX) == 0 && flock(other, LOCK_SH | LOCK_NB) == -1 && errno == EWOULDBLOCK);
  CHECK(write(one, "longer now", 10) == 10 && flock(other, LOCK_SH | LOCK_NB) == -1);
  // A copy is the same description; the lock ends with the last of them.
  int copy = dup(one);
  CHECK(close(one) == 0 && flock(other, LOCK_EX | LOCK_NB) == -1 && flock(copy, LOCK_SH) == 0);
  CHECK(close(copy) == 0);
  one = file();
  CHECK(flock(other, LOCK_EX | LOCK_NB) == 0 && flock(one, LOCK_EX | LOCK_NB) == -1);
  CHECK(close(other) == 0 && flock(one, LOCK_EX | LOCK_NB) == 0 && close(one) == 0);
}

static void ranges(void) {
  int one = file(), other = file(), reader = open("/tmp/locked", O_RDONLY);
  // The process is never in its own way.
  CHECK(lock(one, F_SETLK, F_WRLCK, 0, 100) == 0 && lock(other, F_SETLK, F_WRLCK, 50, 100) == 0);
  CHECK(ask(other, F_GETLK, F_WRLCK, 0, 0).l_type == F_UNLCK);
  CHECK(lock(reader, F_SETLK, F_WRLCK, 0, 1) == -EBADF && lock(reader, F_SETLK, F_RDLCK, 0, 1) == 0);
  CHECK(lock(one, F_SETLK, 77, 0, 1) == -EINVAL && lock(one, F_SETLK, F_WRLCK, -1, 1) == -EINVAL);
  // Descriptions are, and the process is in theirs.
  CHECK(lock(other, F_OFD_SETLK, F_RDLCK, 149, 1) == -EAGAIN);
  struct flock found = ask(other, F_OFD_GETLK, F_RDLCK, 149, 1);
  CHECK(found.l_type == F_WRLCK && found.l_pid == getpid() && found.l_whence == SEEK_SET);
  CHECK(lock(one, F_SETLK, F_UNLCK, 0, 0) == 0 && lock(other, F_OFD_SETLK, F_WRLCK, 10, 20) == 0);
  CHECK(lock(one, F_OFD_SETLK, F_RDLCK, 0, 10) == 0 && lock(one, F_OFD_SETLK, F_RDLCK, 9, 2) == -EAGAIN);
  found = ask(one, F_OFD_GETLK, F_RDLCK, 0, 0);
  CHECK(found.l_type == F_WRLCK && found.l_start == 10 && found.l_len == 20 && found.l_pid == -1);
  CHECK(ask(one, F_GETLK, F_WRLCK, 29, 1).l_type == F_WRLCK && ask(one, F_GETLK, F_WRLCK, 30, 1).l_type == F_UNLCK);
  // A hole in the middle.
  CHECK(lock(other, F_OFD_SETLK, F_UNLCK, 15, 5) == 0 && lock(one, F_OFD_SETLK, F_WRLCK, 15, 5) == 0);
  CHECK(lock(one, F_OFD_SETLK, F_WRLCK, 14, 1) == -EAGAIN && lock(one, F_OFD_SETLK, F_WRLCK, 20, 1) == -EAGAIN);
  CHECK(close(other) == 0 && lock(one, F_OFD_SETLK, F_WRLCK, 0, 0) == 0);
  CHECK(close(one) == 0 && close(reader) == 0);
}

static void* let_go(void* holder) {
  nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
  CHECK(close(*(int*)holder) == 0);
  return NULL;
}

static void waiting(void) {
  int one = file(), other = file();
  pthread_t thread;
  CHECK(lock(one, F_OFD_SETLK, F_WRLCK, 0, 0) == 0 && pthread_create(&thread, NULL, let_go, &one) == 0);
  CHECK(lock(other, F_OFD_SETLKW, F_WRLCK, 5, 1) == 0 && pthread_join(thread, NULL) == 0 && close(other) == 0);
  CHECK(unlink("/tmp/locked") == 0);
}

/// A connection that waits for accept(). @return the listening socket
static int called(int* caller) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  int server = socket(AF_INET, SOCK_STREAM, 0);
  CHECK(bind(server, (struct sockaddr*)&address, length) == 0 && listen(server, 4) == 0);
  CHECK(getsockname(server, (struct sockaddr*)&address, &length) == 0);
  *caller = socket(AF_INET, SOCK_STREAM, 0);
  CHECK(connect(*caller, (struct sockaddr*)&address, length) == 0 && write(*caller, "hello", 5) == 5);
  return server;
}

static void all_descriptors(void) {
  struct rlimit limit;
  char text[8];
  int last = -1, next, ends[2], caller, server = called(&caller);
  CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0 && (long)limit.rlim_cur == sysconf(_SC_OPEN_MAX));
  CHECK(limit.rlim_cur >= 1024);
  int first = dup(0);
  for (next = first; next >= 0; next = dup(0)) last = next;
  CHECK(errno == EMFILE && last == (int)limit.rlim_cur - 1);
  CHECK(pipe(ends) == -1 && errno == EMFILE && open("/dev/null", O_RDONLY) == -1 && errno == EMFILE);
  CHECK(fcntl(0, F_DUPFD, (int)limit.rlim_cur) == -1 && errno == EINVAL);
  // The lowest free one is taken, and both ends of a pipe are needed.
  CHECK(close(first + 7) == 0 && pipe(ends) == -1 && errno == EMFILE && dup(0) == first + 7);
  // Who calls stays in the queue until there is a place for him.
  CHECK(accept(server, NULL, NULL) == -1 && errno == EMFILE && accept(server, NULL, NULL) == -1 && errno == EMFILE);
  CHECK(close(first + 7) == 0 && accept(server, NULL, NULL) == first + 7 && read(first + 7, text, sizeof text) == 5);
  for (next = first; next <= last; next++) CHECK(close(next) == 0);
  CHECK(close(caller) == 0 && close(server) == 0);
}

void locks(void) {
  whole_files();
  ranges();
  waiting();
  all_descriptors();
}
