// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <malloc.h>
#include <stdint.h>
#include <unistd.h>

#include "check.h"

enum { kBlocks = 500, kRounds = 50000 };

static unsigned long random_state = 1;
static unsigned next_random(void) {
  random_state = random_state * 6364136223846793005ul + 1442695040888963407ul;
  return (unsigned)(random_state >> 33);
}

static void stress(void) {
  static unsigned char* blocks[kBlocks];
  static size_t sizes[kBlocks];
  for (int i = 0; i < kRounds; i++) {
    unsigned at = next_random() % kBlocks;
    size_t size = next_random() % (next_random() % 50 == 0 ? 50000 : 500) + 1;
    if (blocks[at]) {
      for (size_t k = 0; k < sizes[at]; k += 97) CHECK(blocks[at][k] == (unsigned char)(at + 1));
      if (next_random() % 3 == 0) {
        blocks[at] = realloc(blocks[at], size);
        CHECK(blocks[at]);
        for (size_t k = 0; k < (size < sizes[at] ? size : sizes[at]); k += 97)
          CHECK(blocks[at][k] == (unsigned char)(at + 1));
      } else {
        free(blocks[at]);
        blocks[at] = next_random() % 2 ? malloc(size) : calloc(1, size);
      }
    } else {
      blocks[at] = malloc(size);
    }
    CHECK(blocks[at] && (uintptr_t)blocks[at] % 16 == 0);
    memset(blocks[at], (int)at + 1, size);
    sizes[at] = size;
  }
  for (int i = 0; i < kBlocks; i++) {
    free(blocks[i]);
    blocks[i] = 0;
  }
}

static size_t fill(void) {
  static void* all[4096];
  size_t count = 0;
  errno = 0;
  while (count < 4096 && (all[count] = malloc(64 * 1024))) count++;
  CHECK(count < 4096 && errno == ENOMEM);
  errno = 0;
  CHECK(!malloc((size_t)1 << 40) && errno == ENOMEM);
  CHECK(!malloc(SIZE_MAX) && !calloc(SIZE_MAX / 2, 4) && !realloc(0, PTRDIFF_MAX));
  for (size_t i = 0; i < count; i++) free(all[i]);
  return count;
}

int main(void) {
  stress();
  size_t first = fill();
  CHECK(first > 100);
  CHECK(fill() == first);
  stress();
  void* aligned = aligned_alloc(4096, 8192);
  CHECK(aligned && (uintptr_t)aligned % 4096 == 0);
  free(aligned);
  CHECK(posix_memalign(&aligned, 256, 10) == 0 && (uintptr_t)aligned % 256 == 0);
  free(aligned);
  return success();
}
