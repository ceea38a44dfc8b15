// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "arch/system_state.h"

#include <initializer_list>

#include "arch/instructions.h"

namespace wick::hv {

void reset_system_state() {
  constexpr std::uint64_t kNoneHit = 0xffff0ff0, kNoneSet = 0x400;
  asm volatile(
      "mov %0, %%dr7; mov %1, %%dr6\n"
      "mov %2, %%dr0; mov %2, %%dr1; mov %2, %%dr2; mov %2, %%dr3" ::"r"(kNoneSet),
      "r"(kNoneHit), "r"(std::uint64_t{0}));
  for (const auto msr : {Msr::sysenter_cs, Msr::sysenter_esp, Msr::sysenter_eip}) write_msr(msr, 0);
}

ProcessorState read_processor_state() {
  ProcessorState state{read_fs_base(), 0};
  asm volatile("stmxcsr %0; fnstcw %1" : "=m"(state.mxcsr), "=m"(state.x87_control));
  return state;
}

void set_processor_state(const ProcessorState& state) { write_fs_base(state.fs_base); }

void switch_off_syscall() {
  constexpr std::uint64_t kSyscallEnable = 1;
  if (const auto efer = read_msr(Msr::efer); efer & kSyscallEnable) write_msr(Msr::efer, efer & ~kSyscallEnable);
}

}  // namespace wick::hv
