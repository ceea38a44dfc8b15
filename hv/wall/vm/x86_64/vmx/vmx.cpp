// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The wall VT-x (Intel SDM volume 3, chapters 24 to 29): as svm.cpp, with EPT. Nothing is injected, nothing decoded,
// nothing emulated; CPUID, which always exits here, is answered by the processor itself.

#include "arch/cpu.h"
#include "arch/guest_paging.h"
#include "arch/instructions.h"
#include "arch/interrupts.h"
#include "guest/arch/x86_64/entry.h"
#include "wall/choose.h"
#include "wall/vm/x86_64/vmx/setup.h"
#include "wall/vm/x86_64/vmx/vmcs.h"

extern "C" {
bool hv_vmx_run(wick::hv::Vcpu* vcpu, std::uint64_t again);
void hv_vmx_allow_nmis();
}

namespace wick::hv {
namespace {

using vmx::Field;
using vmx::Reason;

/// Vcpu::wall as this wall uses it: truth values.
enum Slot : unsigned { launched, stale, uses_vpid };

PageTables<EptFormat> nested;

Status start(const GuestMap& map, MemoryRange room) {
  const auto areas = vmx::take_areas(room);
  if (const auto status = build_nested_tables(nested, map, room); !ok(status)) return status;
  if (!vmx::switch_on(areas)) return Status::unsupported;
  return vmx::write_state(areas, nested.root(), this_cpu().vcpu.wall[uses_vpid]) ? Status::ok : Status::unsupported;
}

/// INVEPT and INVVPID of all contexts (§31.3).
void flush(Vcpu& vcpu) {
  vcpu.wall[stale] = false;
  constexpr std::uint64_t kAllContexts = 2;
  const struct {
    std::uint64_t low, high;
  } none{0, 0};
  asm volatile("invept %0, %1" ::"m"(none), "r"(kAllContexts) : "cc", "memory");
  if (vcpu.wall[uses_vpid]) asm volatile("invvpid %0, %1" ::"m"(none), "r"(kAllContexts) : "cc", "memory");
}

void answer_cpuid(CrashRegisters& registers) {
  const auto answer = cpuid(static_cast<std::uint32_t>(registers.rax), static_cast<std::uint32_t>(registers.rcx));
  registers.rax = answer.eax;
  registers.rbx = answer.ebx;
  registers.rcx = answer.ecx;
  registers.rdx = answer.edx;
}

Exit forbidden(Reason reason) {
  switch (reason) {
    case Reason::port:
      return {.cause = ExitCause::forbidden, .what = "the guest touched a port"};
    case Reason::msr_read:
    case Reason::msr_write:
      return {.cause = ExitCause::forbidden, .what = "the guest touched a model-specific register"};
    case Reason::triple_fault:
      return {.cause = ExitCause::forbidden, .what = "triple fault"};
    case Reason::invalid_state:
      return {.cause = ExitCause::forbidden, .what = "the processor refused the guest's state"};
    default:
      return {.cause = ExitCause::forbidden, .what = "the guest ran an instruction that is no guest's"};
  }
}

Exit exception() {
  constexpr std::uint64_t kVector = 0xff, kHasErrorCode = 1 << 11, kNmi = 2;
  const auto what = vmx::read(Field::exit_interruption);
  const auto vector = static_cast<std::uint32_t>(what & kVector);
  if (vector == kNmi) {  // the exit has consumed it (§28.1), so it is counted here
    __atomic_add_fetch(&this_cpu().nmis, 1, __ATOMIC_RELAXED);
    hv_vmx_allow_nmis();
    vmx::write(Field::guest_interruptibility, 0);  // nor is it held in the guest, where nothing would end that
    return {ExitCause::interrupt};
  }
  const auto error = what & kHasErrorCode ? vmx::read(Field::exit_error_code) : 0;
  return {ExitCause::exception, vector, error, vector == kPageFault ? vmx::read(Field::exit_qualification) : 0};
}

Exit run(Vcpu& vcpu) {
  auto& registers = vcpu.registers;
  for (;;) {
    vmx::write(Field::guest_rsp, registers.rsp);
    vmx::write(Field::guest_rip, registers.rip);
    vmx::write(Field::guest_rflags, registers.rflags);
    vmx::write(Field::guest_fs_base, read_fs_base());
    if (vcpu.wall[stale]) flush(vcpu);
    if (!hv_vmx_run(&vcpu, vcpu.wall[launched])) return forbidden(Reason::invalid_state);
    vcpu.wall[launched] = true;
    registers.rsp = vmx::read(Field::guest_rsp);
    registers.rip = vmx::read(Field::guest_rip);
    registers.rflags = vmx::read(Field::guest_rflags);
    write_fs_base(vmx::read(Field::guest_fs_base));

    const auto reason = static_cast<Reason>(vmx::read(Field::exit_reason) & 0xffff);
    switch (reason) {
      case Reason::vmcall:
        registers.rip += vmx::read(Field::exit_instruction_length);
        return {ExitCause::call};
      case Reason::interrupt:
      case Reason::init:  // the machine's business, not the guest's (§26.2): VMX operation has no use for one
      case Reason::io_smi:
      case Reason::other_smi:
        return {ExitCause::interrupt};
      case Reason::exception:
        return exception();
      case Reason::ept_violation:
        return {.cause = ExitCause::memory,
                .error_code = vmx::read(Field::exit_qualification),
                .address = vmx::read(Field::guest_physical_address)};
      case Reason::cpuid:
        answer_cpuid(registers);
        registers.rip += vmx::read(Field::exit_instruction_length);
        continue;
      default:
        return forbidden(reason);
    }
  }
}

void remember_flush() {
  for (auto& cpu : cpus) cpu.vcpu.wall[stale] = true;
}

Status change_rights(Gpa start, std::uint64_t length, bool writable) {
  remember_flush();
  return nested.set_writable(raw(start), raw(start) + length, writable);
}

void settle(Splits what) {
  nested.settle(what);
  remember_flush();
}

void keep(ProcessorState& to) { to.gs_base = vmx::read(Field::guest_gs_base); }
void restore(const ProcessorState& from) { (void)vmx::write(Field::guest_gs_base, from.gs_base); }

}  // namespace

constinit const WallOperations vmx_wall{Wall::vm_vmx, "VT-x", {0x0f, 0x01, 0xc1}, 3,      vmx::missing, vmx::memory,
                                        start,        run,    change_rights,      settle, keep,         restore};

}  // namespace wick::hv
