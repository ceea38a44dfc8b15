// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <pthread.h>
#include <semaphore.h>

#include <thread>
#include <vector>

#include "check.h"

namespace {

int recurse(volatile char* above) {
  volatile char here[512];
  here[0] = above[0];
  return recurse(here) + here[0];
}

/// Threads that are there together: each has a guard of its own, and all are told so.
void* wait_and_leave(void* gate) {
  pthread_attr_t attributes;
  size_t guard = 0;
  CHECK(pthread_getattr_np(pthread_self(), &attributes) == 0 && pthread_attr_getguardsize(&attributes, &guard) == 0);
  CHECK(guard == 4096);
  CHECK(sem_wait(static_cast<sem_t*>(gate)) == 0);
  return nullptr;
}

void many(int count) {
  sem_t gate;
  CHECK(sem_init(&gate, 0, 0) == 0);
  std::vector<pthread_t> threads(count);
  for (auto& thread : threads) CHECK(pthread_create(&thread, nullptr, wait_and_leave, &gate) == 0);
  for (int i = 0; i < count; i++) CHECK(sem_post(&gate) == 0);
  for (auto& thread : threads) CHECK(pthread_join(thread, nullptr) == 0);
}

}  // namespace

int main() {
  // Stacks are used again: more of them than memory has room for, one generation after the other.
  for (int round = 0; round < 10; round++) many(200);
  puts("2000 threads have come and gone");
  std::thread([] {
    volatile char start[1] = {0};
    CHECK(pthread_setname_np(pthread_self(), "digger") == 0);
    recurse(start);
  }).join();
  puts("the overflow went unnoticed");
  return 1;
}
