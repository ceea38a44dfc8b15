// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "arch/speculation.h"

#include "arch/instructions.h"

namespace wick::hv {
namespace {

bool has_barrier = false;

std::uint64_t capabilities(std::uint32_t features) { return features >> 29 & 1 ? read_msr(Msr::arch_capabilities) : 0; }

/// Register of a leaf of 0x8000xxxx, 0 where the processor doesn't go that far.
CpuidResult extended(std::uint32_t leaf) { return cpuid(0x80000000).eax >= leaf ? cpuid(leaf) : CpuidResult{}; }

}  // namespace

void guard_speculation() {
  constexpr std::uint64_t kIbrs = 1, kAutomaticIbrs = 1 << 21;
  const auto features = cpuid(7).edx;
  const auto control =
      speculation_control(features, capabilities(features), extended(0x80000008).ebx, extended(0x80000021).eax);
  has_barrier = control.barrier;
  if (control.enhanced_ibrs) write_msr(Msr::speculation_control, read_msr(Msr::speculation_control) | kIbrs);
  if (control.automatic_ibrs) write_msr(Msr::efer, read_msr(Msr::efer) | kAutomaticIbrs);
}

void predictor_barrier() {
  constexpr std::uint64_t kBarrier = 1;
  if (has_barrier) write_msr(Msr::predictor_command, kBarrier);
}

}  // namespace wick::hv
