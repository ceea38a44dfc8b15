// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a vCPU has besides its general registers, as far as a checkpoint keeps it: the rest of the vector and x87 state
// doesn't outlive a call (System V ABI, §3.2.1), so a return to the checkpoint finds it as a program's start does.

#include <cstddef>

#include "guest/arch/x86_64/registers.h"

namespace wick::hv {

struct ProcessorState {
  std::uint64_t fs_base = 0, gs_base = 0;
  std::uint32_t mxcsr = 0x1f80;  ///< as System V ABI §3.4.1 has it at a process's start
  std::uint16_t x87_control = 0x037f;
  std::uint16_t reserved = 0;
};
static_assert(sizeof(ProcessorState) == 24);

/// Whether one that comes from outside is a guest's: a processor takes no other.
constexpr bool is_good(const ProcessorState& state) {
  return is_canonical(state.fs_base) && is_canonical(state.gs_base) && state.mxcsr <= 0xffff;
}

/// An XSAVE area in the standard format (Intel SDM volume 1, §13.4) from which XRSTOR, and FXRSTOR, makes the state of
/// a program's start: nothing of any register but the two control words. Of what lies behind its header nothing is
/// read.
struct alignas(64) CleanArea {
  std::uint16_t x87_control = 0;
  std::uint8_t unused1[22] = {};
  std::uint32_t mxcsr = 0, mxcsr_mask = 0;
  std::uint8_t registers[480] = {};
  std::uint64_t present = 0;  ///< XSTATE_BV: the x87 part, for its control word; all other registers are cleared
  std::uint64_t compact = 0;
  std::uint8_t unused2[48] = {};

  constexpr CleanArea() = default;
  constexpr explicit CleanArea(const ProcessorState& state)
      : x87_control(state.x87_control), mxcsr(state.mxcsr), present(1) {}
};
static_assert(offsetof(CleanArea, mxcsr) == 24 && offsetof(CleanArea, present) == 512 && sizeof(CleanArea) == 576);

}  // namespace wick::hv
