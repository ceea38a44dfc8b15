// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "priorities.h"

#include <pthread.h>
#include <sched.h>
#include <semaphore.h>

#include <atomic>
#include <string>

#include "check.h"

namespace {

std::string order;

void* note(void* name) {
  order += *static_cast<const char*>(name);
  return nullptr;
}

pthread_t start(void* (*run)(void*), const void* argument, int policy, int priority) {
  pthread_t thread;
  CHECK(pthread_create(&thread, nullptr, run, const_cast<void*>(argument)) == 0);
  const sched_param parameters{priority};
  CHECK(pthread_setschedparam(thread, policy, &parameters) == 0);
  return thread;
}

void set_own(int policy, int priority) {
  const sched_param parameters{priority};
  CHECK(pthread_setschedparam(pthread_self(), policy, &parameters) == 0);
}

void urgent_first() {
  set_own(SCHED_FIFO, 50);
  int policy;
  sched_param got;
  CHECK(pthread_getschedparam(pthread_self(), &policy, &got) == 0 && policy == SCHED_FIFO && got.sched_priority == 50);
  const pthread_t threads[] = {start(note, "o", SCHED_OTHER, 0), start(note, "a", SCHED_FIFO, 10),
                               start(note, "b", SCHED_FIFO, 20), start(note, "c", SCHED_FIFO, 20),
                               start(note, "d", SCHED_RR, 20)};
  CHECK(order.empty());
  const pthread_t above = start(note, "e", SCHED_FIFO, 60);  // runs at once
  CHECK(order == "e");
  for (const pthread_t thread : threads) CHECK(pthread_join(thread, nullptr) == 0);
  CHECK(pthread_join(above, nullptr) == 0);
  CHECK(order == "ebcdao");
}

struct Waiting {
  sem_t semaphore;
  std::atomic<bool> woken = false;
};

void* wait(void* argument) {
  auto& waiting = *static_cast<Waiting*>(argument);
  sem_wait(&waiting.semaphore);
  waiting.woken = true;
  return nullptr;
}

/// Waking somebody more urgent gives the processor away, waking an equal doesn't.
void woken_at_once() {
  Waiting urgent, equal;
  CHECK(sem_init(&urgent.semaphore, 0, 0) == 0 && sem_init(&equal.semaphore, 0, 0) == 0);
  set_own(SCHED_FIFO, 10);
  const pthread_t first = start(wait, &urgent, SCHED_FIFO, 11), second = start(wait, &equal, SCHED_FIFO, 10);
  CHECK(sched_yield() == 0);
  CHECK(sem_post(&equal.semaphore) == 0 && !equal.woken);
  CHECK(sem_post(&urgent.semaphore) == 0 && urgent.woken && !equal.woken);
  CHECK(sched_yield() == 0 && equal.woken);
  CHECK(pthread_join(first, nullptr) == 0 && pthread_join(second, nullptr) == 0);
}

std::atomic<int> last = -1;
std::atomic<unsigned> turns = 0, spins = 0;
std::atomic<bool> stop = false;

void* spin(void* argument) {
  const int self = *static_cast<int*>(argument);
  while (!stop) {
    turns += last.exchange(self) != self;
    if (turns > 10 || ++spins > 3'000'000) stop = true;
  }
  return nullptr;
}

/// @return how often two spinning threads of that policy took turns, at most 11
unsigned turns_of(int policy) {
  static int names[2] = {0, 1};
  last = -1;
  turns = spins = 0;
  stop = false;
  set_own(SCHED_FIFO, 50);
  const pthread_t first = start(spin, &names[0], policy, 5), second = start(spin, &names[1], policy, 5);
  CHECK(pthread_join(first, nullptr) == 0 && pthread_join(second, nullptr) == 0);
  return turns;
}

void refusals() {
  const sched_param none{0}, most{99}, too_much{100};
  CHECK(pthread_setschedparam(pthread_self(), SCHED_FIFO, &none) == EINVAL);
  CHECK(pthread_setschedparam(pthread_self(), SCHED_RR, &too_much) == EINVAL);
  CHECK(pthread_setschedparam(pthread_self(), SCHED_OTHER, &most) == EINVAL);
  CHECK(pthread_setschedparam(pthread_self(), 77, &none) == EINVAL);
  CHECK(sched_get_priority_min(SCHED_FIFO) == 1 && sched_get_priority_max(SCHED_RR) == 99);
  CHECK(sched_get_priority_max(77) == -1 && errno == EINVAL);
  timespec slice;
  CHECK(sched_rr_get_interval(0, &slice) == 0 && slice.tv_sec == 0 && slice.tv_nsec == 1'000'000);
  CHECK(sched_setscheduler(0, SCHED_RR, &most) == SCHED_OTHER && sched_getscheduler(0) == SCHED_RR);
  CHECK(sched_setscheduler(0, SCHED_OTHER, &none) == SCHED_RR);
}

}  // namespace

void priorities() {
  urgent_first();
  woken_at_once();
  CHECK(turns_of(SCHED_RR) > 10);
  CHECK(turns_of(SCHED_FIFO) <= 2);
  set_own(SCHED_OTHER, 0);
  refusals();
}
