// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0

#include <cstdio>

#include "abi/call.h"

namespace {

constexpr std::uint64_t kCalls = 1000;

std::uint64_t now() { return __builtin_ia32_rdtsc(); }

}  // namespace

int main() {
  (void)wick_call_vcpu_kick(0, 0);
  const std::uint64_t before = now();
  for (std::uint64_t i = 0; i < kCalls; ++i) (void)wick_call_vcpu_kick(0, 0);
  const std::uint64_t ticks = now() - before;
  std::printf("null call: %llu ticks\n", static_cast<unsigned long long>(ticks / kCalls));
}
