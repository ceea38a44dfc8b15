// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <stdint.h>
#include <wick/crash.h>

#include "check.h"

enum { kBlocks = 6 };

/// What the first life has written all over the heap, the next ones find as zeroes.
int main(void) {
  const size_t length = 5ul << 27;
  char* blocks[kBlocks];
  for (int i = 0; i < kBlocks; i++) {
    blocks[i] = malloc(length);
    CHECK(blocks[i]);
    CHECK(!blocks[i][0] && !blocks[i][length / 2] && !blocks[i][length - 1]);
    blocks[i][0] = blocks[i][length / 2] = blocks[i][length - 1] = 1;
  }
  CHECK((uintptr_t)blocks[kBlocks - 1] + length > 1ul << 32);
  if (wick_restarts() < 2) *(volatile int*)8 = 1;
  return success();
}
