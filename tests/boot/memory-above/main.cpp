// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <stdint.h>
#include <wick/memory.h>

#include "check.h"

namespace {

constexpr size_t kBlock = 128 << 20;
constexpr unsigned kMost = 64, kFewest = 36;  // of 40 in 5 GiB
char* blocks[kMost];

void stamp(char* block, unsigned number) {
  block[0] = block[kBlock / 2] = block[kBlock - 1] = static_cast<char>(number + 1);
}

bool stamped(const char* block, unsigned number) {
  const char is = static_cast<char>(number + 1);
  return block[0] == is && block[kBlock / 2] == is && block[kBlock - 1] == is;
}

}  // namespace

int main() {
  CHECK(wick::memory::statistics().total > (19ull << 30) / 4);
  unsigned count = 0;
  while (count < kMost && (blocks[count] = static_cast<char*>(malloc(kBlock)))) {
    stamp(blocks[count], count);
    ++count;
  }
  CHECK(count >= kFewest && count < kMost);
  CHECK(reinterpret_cast<uintptr_t>(blocks[count - 1]) >> 32);
  const auto full = wick::memory::statistics();
  CHECK(full.used >= count * kBlock && full.used <= full.total);
  for (unsigned i = 0; i < count; ++i) CHECK(stamped(blocks[i], i));
  for (unsigned i = 0; i < count; ++i) free(blocks[i]);
  CHECK(wick::memory::statistics().used < 1 << 20);

  // What was freed on one side of the hole is one piece again.
  char* large = static_cast<char*>(malloc(5ul << 29));
  CHECK(large);
  large[0] = large[(5ul << 29) - 1] = 1;
  free(large);
  return success();
}
