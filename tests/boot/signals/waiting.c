// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Pending signals: their order, values, and who takes them.
#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "parts.h"

static int order[8];
static volatile int arrived;
static volatile pthread_t taker;

static void note(int number, siginfo_t* information, void* context) {
  (void)context;
  CHECK(information->si_signo == number && information->si_code == SI_QUEUE);
  order[arrived++] = information->si_value.sival_int;
}

static void tell(int number) {
  (void)number;
  taker = pthread_self();
}

static void* wait_for_usr1(void* argument) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  int number = 0;
  CHECK(sigwait(&set, &number) == 0 && number == SIGUSR1);
  return argument;
}

static void* sleep_long(void* argument) {
  (void)argument;
  const struct timespec long_time = {60, 0};
  CHECK(nanosleep(&long_time, NULL) == -1 && errno == EINTR);
  return NULL;
}

static void queue(int number, int value) {
  const union sigval with = {.sival_int = value};
  CHECK(sigqueue(getpid(), number, with) == 0);
}

void waiting(void) {
  sigset_t all, set, before, there;
  sigfillset(&all);
  struct sigaction wanted = {0};
  wanted.sa_sigaction = note;
  wanted.sa_flags = SA_SIGINFO;
  wanted.sa_mask = all;
  CHECK(sigaction(SIGRTMIN, &wanted, NULL) == 0 && sigaction(SIGRTMIN + 1, &wanted, NULL) == 0);
  CHECK(sigaction(SIGUSR1, &wanted, NULL) == 0);
  sigemptyset(&set);
  sigaddset(&set, SIGRTMIN);
  sigaddset(&set, SIGRTMIN + 1);
  sigaddset(&set, SIGUSR1);
  CHECK(sigprocmask(SIG_BLOCK, &set, &before) == 0);
  queue(SIGRTMIN + 1, 4);
  queue(SIGRTMIN, 2);
  queue(SIGUSR1, 1);
  queue(SIGUSR1, 7);  // not queued: it is pending already
  queue(SIGRTMIN, 3);
  queue(SIGRTMIN + 1, 5);
  CHECK(sigpending(&there) == 0 && sigismember(&there, SIGRTMIN) && sigismember(&there, SIGUSR1) && arrived == 0);
  siginfo_t information;
  const struct timespec at_once = {0, 0}, soon = {0, 20000000};
  CHECK(sigtimedwait(&set, &information, &at_once) == SIGUSR1 && information.si_value.sival_int == 1);
  CHECK(sigwaitinfo(&set, &information) == SIGRTMIN && information.si_value.sival_int == 2 &&
        information.si_code == SI_QUEUE);
  CHECK(sigprocmask(SIG_SETMASK, &before, NULL) == 0 && arrived == 3);
  // glibc's Linux starts the handlers from the last to the first, each blocking all others: the first number runs
  // first.
  CHECK(order[0] == 3 && order[1] == 4 && order[2] == 5);
  CHECK(sigtimedwait(&set, &information, &soon) == -1 && errno == EAGAIN);

  // A thread that waits takes what everybody blocks.
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  CHECK(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
  pthread_t thread;
  void* result = NULL;
  CHECK(pthread_create(&thread, NULL, wait_for_usr1, &result) == 0);
  nanosleep(&soon, NULL);
  CHECK(kill(getpid(), SIGUSR1) == 0 && pthread_join(thread, &result) == 0 && result == &result);
  CHECK(sigprocmask(SIG_SETMASK, &before, NULL) == 0);

  // One thread alone, in the middle of its sleep.
  CHECK(signal(SIGUSR2, tell) != SIG_ERR);
  CHECK(pthread_create(&thread, NULL, sleep_long, NULL) == 0);
  nanosleep(&soon, NULL);
  CHECK(pthread_kill(thread, 0) == 0 && pthread_kill(thread, SIGUSR2) == 0 && pthread_join(thread, NULL) == 0);
  CHECK(pthread_equal(taker, thread));

  // sigsuspend() lets in what its mask lets in, and takes the mask back.
  sigemptyset(&set);
  sigaddset(&set, SIGUSR2);
  CHECK(sigprocmask(SIG_BLOCK, &set, NULL) == 0 && raise(SIGUSR2) == 0);
  taker = 0;
  CHECK(sigsuspend(&before) == -1 && errno == EINTR && pthread_equal(taker, pthread_self()));
  CHECK(sigprocmask(SIG_SETMASK, &before, &there) == 0 && sigismember(&there, SIGUSR2));
}
