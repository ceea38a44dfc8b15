// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Calls that wait, and what a signal does to them; pipes that nobody reads.
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "parts.h"

static volatile int rang, broken;
static int ends[2];

static void ring(int number) {
  (void)number;
  rang++;
}

static void breaks(int number) {
  (void)number;
  broken++;
}

static void handle(int flags) {
  struct sigaction wanted = {0};
  wanted.sa_handler = ring;
  wanted.sa_flags = flags;
  CHECK(sigaction(SIGALRM, &wanted, NULL) == 0);
}

static void* write_late(void* argument) {
  const struct timespec late = {0, 60000000};
  nanosleep(&late, NULL);
  CHECK(write(ends[1], "x", 1) == 1);
  return argument;
}

/// Rings in a while, and again in case that nobody waited yet; whoever waits then is interrupted.
static void soon(void) {
  CHECK(ualarm(20000, 20000) == 0);
  rang = 0;
}

/// It rang, and does no more.
static int rung(void) {
  ualarm(0, 0);
  return rang > 0;
}

void interruptions(void) {
  char byte;
  CHECK(pipe(ends) == 0);
  handle(0);
  soon();
  CHECK(read(ends[0], &byte, 1) == -1 && errno == EINTR && rung());
  soon();
  struct pollfd one = {ends[0], POLLIN, 0};
  CHECK(poll(&one, 1, -1) == -1 && errno == EINTR && rung());
  soon();
  CHECK(select(0, NULL, NULL, NULL, NULL) == -1 && errno == EINTR && rung());
  sem_t semaphore;
  CHECK(sem_init(&semaphore, 0, 0) == 0);
  soon();
  CHECK(sem_wait(&semaphore) == -1 && errno == EINTR && rung());
  soon();
  struct timespec left = {0, 0}, minute = {60, 0};
  CHECK(nanosleep(&minute, &left) == -1 && errno == EINTR && left.tv_sec == 59 && rung());
  soon();
  CHECK(clock_nanosleep(CLOCK_MONOTONIC, 0, &minute, &left) == EINTR && rung());
  soon();
  CHECK(pause() == -1 && errno == EINTR && rung());

  // With SA_RESTART a read goes on, a poll doesn't.
  handle(SA_RESTART);
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, write_late, NULL) == 0);
  soon();
  CHECK(read(ends[0], &byte, 1) == 1 && rung());
  CHECK(pthread_join(thread, NULL) == 0);
  soon();
  CHECK(poll(&one, 1, -1) == -1 && errno == EINTR && rung());
  rang = 9;

  // A mask for the time of the call alone.
  sigset_t set, before;
  sigemptyset(&set);
  sigaddset(&set, SIGALRM);
  CHECK(sigprocmask(SIG_BLOCK, &set, &before) == 0 && raise(SIGALRM) == 0 && rang == 9);
  CHECK(ppoll(&one, 1, NULL, &before) == -1 && errno == EINTR && rang == 10);
  CHECK(sigprocmask(SIG_SETMASK, &before, NULL) == 0 && rang == 10);

  CHECK(signal(SIGPIPE, breaks) != SIG_ERR && close(ends[0]) == 0);
  CHECK(write(ends[1], "x", 1) == -1 && errno == EPIPE && broken == 1);
  CHECK(signal(SIGPIPE, SIG_IGN) != SIG_ERR && write(ends[1], "x", 1) == -1 && errno == EPIPE && broken == 1);
  close(ends[1]);
}
