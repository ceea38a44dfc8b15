// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Timers: alarm(), setitimer(), and POSIX's with each way to tell.
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "parts.h"

static volatile int rang, value, code;
static sem_t called;
static volatile int called_with;

static void ring(int number, siginfo_t* information, void* context) {
  (void)number;
  (void)context;
  rang++;
  code = information->si_code;
  value = information->si_value.sival_int;
}

static void call(union sigval with) {
  called_with = with.sival_int;
  sem_post(&called);
}

static void wait_a_moment(long milliseconds) {
  struct timespec time = {0, milliseconds * 1000000};
  while (nanosleep(&time, &time) == -1) {
  }
}

void timers(void) {
  struct sigaction wanted = {0};
  wanted.sa_sigaction = ring;
  wanted.sa_flags = SA_SIGINFO;
  CHECK(sigaction(SIGALRM, &wanted, NULL) == 0 && sigaction(SIGRTMIN + 2, &wanted, NULL) == 0);

  CHECK(alarm(100) == 0 && alarm(0) == 100);
  struct itimerval every = {{0, 10000}, {0, 10000}}, now;
  CHECK(setitimer(ITIMER_REAL, &every, NULL) == 0);
  while (rang < 3) pause();
  CHECK(getitimer(ITIMER_REAL, &now) == 0 && now.it_interval.tv_usec == 10000 && now.it_value.tv_usec <= 10000);
  every = (struct itimerval){{0, 0}, {0, 0}};
  CHECK(setitimer(ITIMER_REAL, &every, NULL) == 0 && code == SI_KERNEL);

  // Who computes and calls nothing hears of it, too.
  every.it_value.tv_usec = 10000;
  rang = 0;
  CHECK(setitimer(ITIMER_REAL, &every, NULL) == 0);
  while (rang == 0) {
  }

  timer_t timer;
  struct sigevent event = {0};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = SIGRTMIN + 2;
  event.sigev_value.sival_int = 42;
  CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
  struct itimerspec when = {{0, 0}, {0, 5000000}}, left;
  rang = 0;
  CHECK(timer_settime(timer, 0, &when, NULL) == 0);
  while (rang == 0) wait_a_moment(1);
  CHECK(value == 42 && code == SI_TIMER && timer_gettime(timer, &left) == 0 && left.it_value.tv_nsec == 0);
  // What comes while one is pending is an overrun of that.
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGRTMIN + 2);
  CHECK(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
  when.it_interval = (struct timespec){0, 2000000};
  CHECK(timer_settime(timer, 0, &when, NULL) == 0);
  wait_a_moment(40);
  CHECK(rang == 1 && sigprocmask(SIG_UNBLOCK, &set, NULL) == 0 && rang >= 2);
  siginfo_t information;
  CHECK(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
  wait_a_moment(40);
  CHECK(sigwaitinfo(&set, &information) == SIGRTMIN + 2 && timer_getoverrun(timer) >= 8);
  when = (struct itimerspec){{0, 0}, {0, 0}};
  CHECK(timer_settime(timer, 0, &when, NULL) == 0 && sigprocmask(SIG_UNBLOCK, &set, NULL) == 0);
  CHECK(timer_delete(timer) == 0);

  CHECK(sem_init(&called, 0, 0) == 0);
  event.sigev_notify = SIGEV_THREAD;
  event.sigev_notify_function = call;
  CHECK(timer_create(CLOCK_REALTIME, &event, &timer) == 0);
  struct timespec date;
  CHECK(clock_gettime(CLOCK_REALTIME, &date) == 0);
  date.tv_nsec += 5000000;
  if (date.tv_nsec >= 1000000000) date.tv_sec++, date.tv_nsec -= 1000000000;
  when.it_value = date;
  CHECK(timer_settime(timer, TIMER_ABSTIME, &when, NULL) == 0);
  while (sem_wait(&called) == -1) {
  }
  CHECK(called_with == 42 && timer_delete(timer) == 0);

  event.sigev_notify = SIGEV_NONE;
  CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
  when = (struct itimerspec){{0, 0}, {50, 0}};
  CHECK(timer_settime(timer, 0, &when, NULL) == 0 && timer_gettime(timer, &left) == 0 && left.it_value.tv_sec == 49);
  CHECK(timer_delete(timer) == 0);
  event.sigev_notify = 77;
  CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer) == -1 && errno == EINVAL);
}
