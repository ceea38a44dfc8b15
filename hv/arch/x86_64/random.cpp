// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "arch/random.h"

#include "arch/instructions.h"

namespace wick::hv {

CallResult hardware_random() {
  if (!(cpuid(1).ecx & (1u << 30))) return {Status::unsupported, 0};
  constexpr int kTries = 10;  // as the manual recommends, §7.3.17.1
  for (int i = 0; i < kTries; ++i) {
    std::uint64_t value;
    bool good;
    asm volatile("rdrand %0" : "=r"(value), "=@ccc"(good));
    if (good) return {Status::ok, value};
  }
  return {Status::io_error, 0};
}

}  // namespace wick::hv
