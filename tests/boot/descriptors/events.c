// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// eventfd and timerfd: counting, waiting, semaphores, time-outs of both kinds and clocks, intervals, readiness.

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "parts.h"

enum { kMillisecond = 1000000 };

static int state(int descriptor) {
  struct pollfd one = {.fd = descriptor, .events = POLLIN | POLLOUT};
  CHECK(poll(&one, 1, 0) >= 0);
  return one.revents;
}

static void* add_later(void* counter) {
  nanosleep(&(struct timespec){.tv_nsec = 10 * kMillisecond}, NULL);
  CHECK(eventfd_write(*(int*)counter, 5) == 0);
  return NULL;
}

static void counters(void) {
  eventfd_t value = 0;
  int counter = eventfd(3, EFD_NONBLOCK | EFD_CLOEXEC), steps = eventfd(2, EFD_SEMAPHORE | EFD_NONBLOCK);
  char few[4];
  CHECK(counter >= 0 && fcntl(counter, F_GETFD) == FD_CLOEXEC);
  CHECK(state(counter) == (POLLIN | POLLOUT));
  CHECK(read(counter, few, sizeof(few)) == -1 && errno == EINVAL);
  CHECK(write(counter, few, sizeof(few)) == -1 && errno == EINVAL);
  CHECK(eventfd_write(counter, 4) == 0 && eventfd_read(counter, &value) == 0 && value == 7);
  CHECK(state(counter) == POLLOUT && eventfd_read(counter, &value) == -1 && errno == EAGAIN);
  CHECK(eventfd_write(counter, UINT64_MAX) == -1 && errno == EINVAL);
  CHECK(eventfd_write(counter, UINT64_MAX - 1) == 0 && state(counter) == POLLIN);
  CHECK(eventfd_write(counter, 1) == -1 && errno == EAGAIN);
  CHECK(eventfd_read(counter, &value) == 0 && value == UINT64_MAX - 1);
  CHECK(eventfd_read(steps, &value) == 0 && value == 1 && eventfd_read(steps, &value) == 0 && value == 1);
  CHECK(eventfd_read(steps, &value) == -1 && errno == EAGAIN);
  CHECK(eventfd(0, 0x70) == -1 && errno == EINVAL);
  pthread_t thread;
  CHECK(fcntl(counter, F_SETFL, 0) == 0 && pthread_create(&thread, NULL, add_later, &counter) == 0);
  CHECK(eventfd_read(counter, &value) == 0 && value == 5 && pthread_join(thread, NULL) == 0);
  CHECK(close(counter) == 0 && close(steps) == 0);
}

static long long nanoseconds(clockid_t clock) {
  struct timespec now;
  CHECK(clock_gettime(clock, &now) == 0);
  return now.tv_sec * 1000000000ll + now.tv_nsec;
}

static void timers(clockid_t clock) {
  uint64_t times = 0;
  struct itimerspec left, once = {.it_value = {.tv_nsec = 20 * kMillisecond}}, off = {.it_value = {0}};
  int timer = timerfd_create(clock, TFD_CLOEXEC);
  CHECK(timer >= 0 && state(timer) == 0);
  long long before = nanoseconds(clock);
  CHECK(timerfd_settime(timer, 0, &once, NULL) == 0 && timerfd_gettime(timer, &left) == 0);
  CHECK(left.it_value.tv_nsec > 0 && left.it_value.tv_nsec <= 20 * kMillisecond && left.it_interval.tv_nsec == 0);
  CHECK(read(timer, &times, sizeof(times)) == 8 && times == 1 && nanoseconds(clock) - before >= 20 * kMillisecond);
  CHECK(timerfd_gettime(timer, &left) == 0 && left.it_value.tv_sec == 0 && left.it_value.tv_nsec == 0);

  // An instant, and then again and again.
  before = nanoseconds(clock) + 10 * kMillisecond;
  struct itimerspec often = {.it_value = {before / 1000000000, before % 1000000000},
                             .it_interval = {.tv_nsec = 5 * kMillisecond}};
  CHECK(timerfd_settime(timer, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &often, NULL) == 0);
  CHECK(read(timer, &times, sizeof(times)) == 8 && times >= 1 && nanoseconds(clock) >= before);
  nanosleep(&(struct timespec){.tv_nsec = 30 * kMillisecond}, NULL);
  CHECK(state(timer) == POLLIN && read(timer, &times, sizeof(times)) == 8 && times >= 5);
  CHECK(timerfd_settime(timer, 0, &off, &left) == 0 && left.it_interval.tv_nsec == 5 * kMillisecond);
  CHECK(fcntl(timer, F_SETFL, O_NONBLOCK) == 0 && read(timer, &times, 8) == -1 && errno == EAGAIN);

  // What is over already expires at once.
  struct itimerspec past = {.it_value = {.tv_sec = 1}};
  CHECK(timerfd_settime(timer, TFD_TIMER_ABSTIME, &past, NULL) == 0);
  struct pollfd one = {.fd = timer, .events = POLLIN};
  CHECK(poll(&one, 1, 1000) == 1 && read(timer, &times, 8) == 8 && times == 1);
  CHECK(read(timer, &times, 4) == -1 && errno == EINVAL && write(timer, &times, 8) == -1 && errno == EINVAL);
  CHECK(close(timer) == 0);
}

static void wrong_calls(void) {
  struct itimerspec wrong = {.it_value = {.tv_nsec = 1000000000}};
  int counter = eventfd(0, 0), timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
  CHECK(timerfd_create(77, 0) == -1 && errno == EINVAL && timerfd_create(CLOCK_MONOTONIC, 0x7) == -1);
  CHECK(timerfd_settime(timer, 0, &wrong, NULL) == -1 && errno == EINVAL);
  CHECK(timerfd_gettime(counter, &wrong) == -1 && errno == EINVAL);
  CHECK(timerfd_gettime(99, &wrong) == -1 && errno == EBADF);
  CHECK(close(timer) == 0 && close(counter) == 0);
}

void events(void) {
  counters();
  timers(CLOCK_MONOTONIC);
  timers(CLOCK_REALTIME);
  wrong_calls();
}
