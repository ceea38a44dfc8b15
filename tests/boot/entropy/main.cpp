// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <random>
#include <set>

#include "check.h"

int main() {
  unsigned char bytes[256], again[256];
  CHECK(getentropy(bytes, sizeof(bytes)) == 0 && getentropy(again, sizeof(again)) == 0);
  CHECK(memcmp(bytes, again, sizeof(bytes)) != 0);
  unsigned char too_many[257];
  CHECK(getentropy(too_many, sizeof(too_many)) == -1 && errno == EIO);

  std::set<std::uint32_t> seen;
  long ones = 0;
  constexpr int kCount = 10000;
  for (int i = 0; i < kCount; i++) {
    const std::uint32_t value = arc4random();
    seen.insert(value);
    ones += __builtin_popcount(value);
  }
  CHECK(seen.size() > kCount - 10);
  CHECK(ones > kCount * 16 - 3000 && ones < kCount * 16 + 3000);  // ten standard deviations
  CHECK(arc4random_uniform(10) < 10);
  std::random_device device;
  CHECK(device() != device() || device() != device());
  return success();
}
