// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The wall `ring`: hv in ring 0, the guest in ring 3 on page tables that hold nothing of hv but its entry (entry.S). It
// needs no virtualization extension, so it works on every machine, virtual ones above all.

#include "arch/cpu.h"
#include "arch/guest_paging.h"
#include "arch/instructions.h"
#include "arch/interrupts.h"
#include "guest/arch/x86_64/entry.h"
#include "wall/choose.h"

extern "C" {
unsigned hv_ring_run(wick::hv::Vcpu* vcpu);
extern const char hv_syscall_entry[];
}

namespace wick::hv {
namespace {

/// Vcpu::wall as entry.S uses it.
enum Slot : unsigned { hv_stack, guest_root_slot, entry_stack, error_code };

constexpr unsigned kCall = 256;  ///< hv_ring_run's answer for a call
constexpr std::uint64_t kSyscallEnable = 1;
/// Cleared by SYSCALL: TF, IF, DF, NT, AC.
constexpr std::uint64_t kCleared = 1 << 8 | 1 << 9 | 1 << 10 | 1 << 14 | 1 << 18;

const char* missing() { return cpuid(0x80000001).edx & (1u << 11) ? nullptr : "the processor lacks SYSCALL"; }

std::uint64_t memory(const GuestMap&) { return 0; }

Status start(const GuestMap&, MemoryRange) {
  auto& cpu = this_cpu();
  cpu.vcpu.wall[guest_root_slot] = guest_root();
  cpu.vcpu.wall[entry_stack] = cpu.guest_stack.end();
  expect_guest_in_ring3();
  write_msr(Msr::efer, read_msr(Msr::efer) | kSyscallEnable);
  write_msr(Msr::star, static_cast<std::uint64_t>(kKernelCode) << 32);  // SYSRET isn't used
  write_msr(Msr::lstar, reinterpret_cast<std::uint64_t>(hv_syscall_entry));
  write_msr(Msr::flag_mask, kCleared);
  write_msr(Msr::gs_base, reinterpret_cast<std::uint64_t>(&cpu));
  return Status::ok;
}

Exit run(Vcpu& vcpu) {
  const unsigned why = hv_ring_run(&vcpu);
  if (why == kCall) return {ExitCause::call};
  if (why >= kTimerVector) return {ExitCause::interrupt, why};
  return {ExitCause::exception, why, vcpu.wall[error_code], why == kPageFault ? fault_address() : 0};
}

/// Entering the guest loads CR3, which empties the TLB: no page is global and process contexts are off.
Status change_rights(Gpa, std::uint64_t, bool) { return Status::ok; }
void settle(Splits) {}

/// Entry code exchanges it with hv's.
void keep(ProcessorState& to) { to.gs_base = read_msr(Msr::kernel_gs_base); }
void restore(const ProcessorState& from) { write_msr(Msr::kernel_gs_base, from.gs_base); }

}  // namespace

constinit const WallOperations ring_wall{Wall::ring, "ring", {0x0f, 0x05},  2,      missing, memory,
                                         start,      run,    change_rights, settle, keep,    restore};

}  // namespace wick::hv
