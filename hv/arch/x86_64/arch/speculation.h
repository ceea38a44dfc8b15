// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the processor offers so that a guest can't steer, by training the branch predictors, what hv or the next guest
// runs in speculation: Intel's "Speculative Execution Side Channel Mitigations" and AMD's "Indirect Branch Control
// Extension". hv takes what costs nothing while the guest runs; the build option `retpolines` covers processors that
// have none of it.

#include <cstdint>

namespace wick::hv {

struct SpeculationControl {
  bool barrier;         ///< IBPB: a write that makes the predictors forget
  bool enhanced_ibrs;   ///< set once, a less privileged ring no longer trains a more privileged one
  bool automatic_ibrs;  ///< the same as a bit of EFER
};

/// @param features EDX of CPUID leaf 7  @param capabilities IA32_ARCH_CAPABILITIES, 0 where `features` has no bit 29
/// @param extended EBX of leaf 0x80000008  @param extended_2 EAX of leaf 0x80000021
constexpr SpeculationControl speculation_control(std::uint32_t features, std::uint64_t capabilities,
                                                 std::uint32_t extended, std::uint32_t extended_2) {
  const bool intel = features >> 26 & 1;
  return {intel || extended >> 12 & 1, intel && capabilities >> 1 & 1, (extended_2 >> 8 & 1) != 0};
}
static_assert(!speculation_control(0, ~0ull, 0, 0).barrier && !speculation_control(0, ~0ull, 0, 0).enhanced_ibrs);
static_assert(speculation_control(1u << 26, 0, 0, 0).barrier && !speculation_control(1u << 26, 0, 0, 0).enhanced_ibrs);
static_assert(speculation_control(1u << 26, 2, 0, 0).enhanced_ibrs);
static_assert(speculation_control(0, 0, 1u << 12, 0).barrier && speculation_control(0, 0, 0, 1u << 8).automatic_ibrs);

/// Once, before a guest runs behind a wall.
void guard_speculation();

/// Before a guest's first instruction: nothing that another one trained is left.
void predictor_barrier();

}  // namespace wick::hv
