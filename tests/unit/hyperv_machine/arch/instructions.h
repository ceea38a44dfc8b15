// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// In the place of hv's header: privileged instructions of a processor that a test plays.

#include "abi/types.h"

namespace wick::hv {

struct CpuidResult {
  std::uint32_t eax, ebx, ecx, edx;
};
CpuidResult cpuid(std::uint32_t leaf, std::uint32_t subleaf = 0);

enum class Msr : std::uint32_t {};
std::uint64_t read_msr(Msr msr);
void write_msr(Msr msr, std::uint64_t value);

Cycles read_tsc();

/// A machine without ports.
template <typename T>
T port_in(std::uint16_t) {
  return static_cast<T>(~T{});
}
template <typename T>
void port_out(std::uint16_t, T) {}

}  // namespace wick::hv
