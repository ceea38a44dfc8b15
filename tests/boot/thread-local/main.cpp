// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <pthread.h>

#include <cstdint>
#include <string>
#include <thread>

#include "check.h"

namespace {

int made = 0, destroyed = 0;

struct Object {
  Object() { made++; }
  ~Object() {
    destroyed++;
    if (main_thread) puts("last thread_local of main destroyed");
  }
  bool main_thread = false;
  std::string text = "a string long enough to need the heap";
};

thread_local Object object;
thread_local int initialized = 7;
thread_local int zero;
alignas(256) thread_local char aligned[300];

pthread_key_t key;
int key_destroyed = 0;

void touch(int round) {
  CHECK(initialized == 7 && zero == 0);
  initialized = round;
  zero = round;
  CHECK(reinterpret_cast<std::uintptr_t>(aligned) % 256 == 0);
  memset(aligned, round, sizeof(aligned));
  CHECK(object.text.size() > 10);
  CHECK(pthread_getspecific(key) == nullptr);
  pthread_setspecific(key, &key_destroyed);
}

}  // namespace

int main() {
  CHECK(pthread_key_create(&key, [](void* value) { ++*static_cast<int*>(value); }) == 0);
  for (int i = 1; i <= 5; i++) std::thread([i] { touch(i); }).join();
  CHECK(made == 5 && destroyed == 5 && key_destroyed == 5);
  CHECK(initialized == 7 && zero == 0);
  object.main_thread = true;
  CHECK(made == 6 && destroyed == 5);
  return success();
}
