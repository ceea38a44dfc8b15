// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <thread>

#include "check.h"

namespace {

/// Fills its frame, so that the word at the stack's end is among what it destroys.
int recurse(int depth) {
  volatile char here[1024];
  for (volatile char& byte : here) byte = 'x';
  if (depth == 0) return 0;
  return recurse(depth - 1) + here[0];
}

}  // namespace

int main() {
  std::thread([] {
    recurse(63);  // a little more than the 64 KiB that a thread gets
    for (volatile unsigned long spins = 0;;) spins = spins + 1;
  }).join();
  puts("the overflow went unnoticed");
  return 1;
}
