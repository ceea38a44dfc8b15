// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0

#include <wick/crash.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <vector>

#include "abi/call.h"

namespace {

constexpr wick::Nanoseconds kTimeout{100'000'000};

/// Heap, stack, calls through pointers: something for every flipped bit to hit.
std::uint64_t work(std::uint64_t seed) {
  std::vector<std::uint64_t> numbers(2000);
  for (auto& number : numbers) number = seed = seed * 6364136223846793005 + 1442695040888963407;
  std::sort(numbers.begin(), numbers.end());
  return std::is_sorted(numbers.begin(), numbers.end()) ? numbers[1000] : 0;
}

}  // namespace

int main() {
  (void)wick_call_watchdog(kTimeout);
  for (std::uint64_t round = 0;; ++round) {
    (void)work(round);
    (void)wick_call_yield(wick::Nanoseconds{0}, wick::EventMask{0});
    if (round % 512 == 0) {
      std::printf("alive %llu\n", static_cast<unsigned long long>(wick_restarts()));
      std::fflush(stdout);
    }
  }
}
