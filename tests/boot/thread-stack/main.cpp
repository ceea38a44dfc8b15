// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <sched.h>

#include <thread>

#include "check.h"

namespace {

/// Goes just below the stack of 64 KiB: further down other threads' memory would be hit.
int recurse(int depth, volatile char* above) {
  volatile char here[1024];
  here[0] = above[0];
  if (depth == 0) return 0;
  return recurse(depth - 1, here) + here[0];
}

}  // namespace

int main() {
  static char* below = static_cast<char*>(malloc(256 * 1024));  // what the overflow will hit
  std::thread thread([] {
    volatile char start[1] = {0};
    recurse(63, start);
    sched_yield();
  });
  thread.join();
  free(below);
  puts("the overflow went unnoticed");
  return 1;
}
