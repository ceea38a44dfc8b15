// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The clock page: reading the time costs the guest a handful of instructions and no exit. The layout is the one of
// Xen's and KVM's vcpu_time_info (Xen public/xen.h; Linux Documentation/virt/kvm/x86/msr.rst, MSR_KVM_SYSTEM_TIME_NEW),
// so that on those two hv passes on what the platform writes.

#include "abi/types.h"

namespace wick {

/// A seqlock: odd `version` means that hv is writing. Time in nanoseconds is
/// `system_time + ((tsc - tsc_timestamp) shifted by tsc_shift) * tsc_to_system_mul / 2^32`.
struct ClockPage {
  std::uint32_t version;
  std::uint32_t reserved0;
  std::uint64_t tsc_timestamp;
  std::uint64_t system_time;  ///< nanoseconds since the platform's epoch (about machine start), at `tsc_timestamp`
  std::uint32_t tsc_to_system_mul;  ///< 32.32 fixed-point multiplier
  std::int8_t tsc_shift;            ///< left shift of the TSC difference; right when negative
  std::uint8_t flags;
  std::uint8_t reserved1[2];
};
static_assert(sizeof(ClockPage) == 32);
static_assert(offsetof(ClockPage, tsc_timestamp) == 8);
static_assert(offsetof(ClockPage, system_time) == 16);
static_assert(offsetof(ClockPage, tsc_to_system_mul) == 24);
static_assert(offsetof(ClockPage, tsc_shift) == 28);

/// Scales a TSC difference by the page's factors. @return nanoseconds
constexpr std::uint64_t scale_cycles(std::uint64_t cycles, std::uint32_t multiplier, std::int8_t shift) {
  cycles = shift >= 0 ? cycles << shift : cycles >> -shift;
  return static_cast<std::uint64_t>((static_cast<unsigned __int128>(cycles) * multiplier) >> 32);
}

}  // namespace wick
