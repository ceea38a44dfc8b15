// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <pthread.h>

#include <thread>

#include "check.h"

namespace {

/// A frame that is larger than the whole stack and of which only the far end is written: a single step over the page
/// below the stack, if nothing stops on the way.
[[gnu::noinline]] int leap(int seed) {
  char far[256 * 1024];
  asm volatile("" : : "r"(far) : "memory");  // all of it may be looked at, so all of it is there
  far[0] = static_cast<char>(seed);
  asm volatile("" : : "r"(far) : "memory");
  return far[0];
}

}  // namespace

int main() {
  std::thread([] {
    CHECK(pthread_setname_np(pthread_self(), "leaper") == 0);
    printf("the leap over the page went unnoticed: %d\n", leap(1));
  }).join();
  return 1;
}
