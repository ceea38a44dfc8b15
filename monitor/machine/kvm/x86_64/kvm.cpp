// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The machine `hosted`: one VM, one vCPU that is in ring 3 from its first instruction and never leaves it, on KVM's
// plain interface (Linux Documentation/virt/kvm/api.rst). Works on VT-x, on AMD-V, and on software KVM that can't run
// anything but ring 3 at the processor's speed.

#include <sys/ioctl.h>

#include <cerrno>
#include <cstring>

#include "monitor/base/sentence.h"
#include "monitor/machine/kvm/x86_64/open.h"
#include "monitor/machine/machine.h"

namespace wick::monitor {

using hv::Exit;
using hv::ExitCause;
using hv::Vcpu;

namespace {

constexpr unsigned kPageFault = 14;

GuestMemory::Needs needs(std::uint64_t size) { return {size, monitor_tables_length(size), false, kvm_vectors()}; }

kvm_segment segment(std::uint16_t selector, std::uint8_t type, bool code) {
  kvm_segment s{};
  s.selector = selector;
  s.limit = 0xffffffff;
  s.type = type;
  s.present = s.s = s.g = 1;
  s.dpl = 3;
  s.l = code;
  s.db = !code;
  return s;
}

/// Ring 3 in 64-bit mode. SYSCALL stays off: a guest that tries it has executed an undefined instruction.
kvm_sregs special_registers(const ProcessorState& state) {
  constexpr std::uint8_t kReadExecute = 11, kReadWrite = 3, kBusyTask = 11;
  constexpr std::uint64_t kProtectionPagingFpu = 0x80050033;  // PE MP ET NE WP AM PG
  constexpr std::uint64_t kExtensions = 0x50620;              // PAE OSFXSR OSXMMEXCPT FSGSBASE OSXSAVE
  constexpr std::uint64_t kLongModeNoExecute = 0xd00;         // LME LMA NXE
  kvm_sregs s{};
  s.cr0 = kProtectionPagingFpu;
  s.cr3 = kvm.tables.root;
  s.cr4 = kExtensions;
  s.efer = kLongModeNoExecute;
  s.apic_base = 0xfee00900;
  s.cs = segment(kUserCode, kReadExecute, true);
  s.ss = s.ds = s.es = s.fs = s.gs = segment(kUserData, kReadWrite, false);
  s.fs.base = state.fs_base;
  s.gs.base = state.gs_base;
  s.ldt.unusable = 1;
  s.tr.selector = kTaskSelector;
  s.tr.base = raw(kvm.tables.task);
  s.tr.limit = kvm.tables.task_limit;
  s.tr.type = kBusyTask;
  s.tr.present = 1;
  s.gdt.base = raw(kvm.tables.gdt);
  s.gdt.limit = kvm.tables.gdt_limit;
  s.idt.base = raw(kvm.tables.idt);
  s.idt.limit = kvm.tables.idt_limit;
  return s;
}

/// Nobody here has interrupts, but KVM patches the host's code for the first vCPU that has no local APIC, which takes
/// as long as all the rest of it. Its page may not lie in the guest's memory.
void use_local_apic(std::uint64_t memory_end) {
  constexpr std::uint64_t kApicPage = 0xfee0'0000;
  kvm_enable_cap split{};
  split.cap = KVM_CAP_SPLIT_IRQCHIP;
  split.args[0] = 1;                                                   // routes, the fewest that there can be
  if (memory_end <= kApicPage) ioctl(kvm.vm, KVM_ENABLE_CAP, &split);  // without it, later
}

Outcome lay_out(const GuestMemory& memory) {
  kvm.tables = build_kvm_tables(memory);
  return kvm.tables.root ? Outcome{} : sentence("the guest's page tables don't fit into the memory for them");
}

Outcome start(GuestMemory& memory) {
  kvm.memory = &memory;
  kvm_userspace_memory_region slot{};
  slot.guest_phys_addr = slot.userspace_addr = raw(memory.start());
  slot.memory_size = raw(memory.end()) - raw(memory.start());
  if (ioctl(kvm.vm, KVM_SET_USER_MEMORY_REGION, &slot) != 0) return kvm_refuses("the guest's memory");
  use_local_apic(raw(memory.end()));
  if (auto done = make_vcpu(); !done) return done;
  auto registers = special_registers({});
  if (ioctl(kvm.vcpu, KVM_SET_SREGS, &registers) != 0) return kvm_refuses("a vCPU in ring 3");
  kvm.run->kvm_valid_regs = KVM_SYNC_X86_REGS;
  return {};
}

/// movl $stub, %ecx; jmp *%rcx
void place_trap(const GuestMemory& memory, std::uint8_t* to) {
  const auto stub = static_cast<std::uint32_t>(raw(memory.vectors()) + kvm_call_offset());
  to[0] = 0xb9;
  std::memcpy(to + 1, &stub, sizeof stub);
  to[5] = 0xff;
  to[6] = 0xe1;
}

/// CrashRegisters and KVM's differ in order only.
void give_registers(const CrashRegisters& from, kvm_regs& to) {
  to = {from.rax, from.rbx, from.rcx, from.rdx, from.rsi, from.rdi, from.rsp, from.rbp, from.r8,
        from.r9,  from.r10, from.r11, from.r12, from.r13, from.r14, from.r15, from.rip, from.rflags};
}

void take_registers(const kvm_regs& from, CrashRegisters& to) {
  to = {from.rax, from.rbx, from.rcx, from.rdx, from.rsi, from.rdi, from.rbp, from.rsp, from.r8,
        from.r9,  from.r10, from.r11, from.r12, from.r13, from.r14, from.r15, from.rip, from.rflags};
}

Exit call(Vcpu& vcpu) {
  const std::uint64_t stub = raw(kvm.memory->vectors());
  const std::uint64_t rip = vcpu.registers.rip;
  if (rip != stub + kvm_call_offset() && rip != stub + kvm_call_done_offset())
    return {.cause = ExitCause::forbidden, .what = "the guest used a port"};
  // The stub's return is made here: a debugger finds the guest where it has called.
  auto& r = vcpu.registers;
  r.rip = stub + kvm_call_done_offset();
  if (kvm.memory->may(Gpa{r.rsp}, sizeof r.rip, false)) {
    std::memcpy(&r.rip, reinterpret_cast<const void*>(r.rsp), sizeof r.rip);
    r.rsp += sizeof r.rip;
  }
  return {ExitCause::call};
}

/// A fault stub has run: what the processor pushed tells of the exception, and the registers become those before it.
Exit exception(Vcpu& vcpu) {
  const Gpa bottom = kvm.memory->exception_stack();
  const std::uint64_t offset = vcpu.registers.rsp - raw(bottom);
  if (offset > kPage - sizeof(FaultFrame))
    return {.cause = ExitCause::forbidden, .what = "the guest jumped into a fault stub"};
  FaultFrame frame;
  std::memcpy(&frame, reinterpret_cast<const void*>(vcpu.registers.rsp), sizeof frame);
  vcpu.registers.rip = frame.rip;
  vcpu.registers.rsp = frame.rsp;
  vcpu.registers.rflags = hv::own_flags(frame.rflags);  // the guest can reach that stack
  Exit exit{ExitCause::exception, static_cast<std::uint32_t>(frame.vector & 31), frame.error_code};
  kvm_sregs registers;
  if (exit.vector == kPageFault && ioctl(kvm.vcpu, KVM_GET_SREGS, &registers) == 0) exit.address = registers.cr2;
  return exit;
}

Exit explain(Vcpu& vcpu) {
  const auto& run = *kvm.run;
  switch (run.exit_reason) {
    case KVM_EXIT_IO:
      if (run.io.port == kCallPort) return call(vcpu);
      if (run.io.port == kFaultPort) return exception(vcpu);
      return {.cause = ExitCause::forbidden, .what = "the guest used a port"};
    case KVM_EXIT_MMIO:
      return {ExitCause::memory, 0, run.mmio.is_write ? 2u : 0u, run.mmio.phys_addr};
    case KVM_EXIT_SHUTDOWN:
      return {.cause = ExitCause::forbidden,
              .what = "the guest's processor has shut down: an exception found no stack"};
    case KVM_EXIT_INTERNAL_ERROR:
      return {.cause = ExitCause::forbidden, .what = "KVM can't run an instruction of the guest's"};
    case KVM_EXIT_INTR:
    case KVM_EXIT_IRQ_WINDOW_OPEN:
      return {ExitCause::interrupt};
    default:
      return {.cause = ExitCause::forbidden,
              .what = "KVM gave the guest back for a reason that the monitor doesn't know"};
  }
}

Exit run(Vcpu& vcpu) {
  give_registers(vcpu.registers, kvm.run->s.regs.regs);
  kvm.run->kvm_dirty_regs = KVM_SYNC_X86_REGS;
  kvm.untouched = false;
  const int result = ioctl(kvm.vcpu, KVM_RUN, 0);
  const int why = errno;
  kvm.run->immediate_exit = 0;
  take_registers(kvm.run->s.regs.regs, vcpu.registers);
  const auto reason = kvm.run->exit_reason;
  kvm.unfinished =
      result == 0 && (reason == KVM_EXIT_MMIO || (reason == KVM_EXIT_IO && kvm.run->io.direction == KVM_EXIT_IO_IN));
  if (result == 0) return explain(vcpu);
  if (why == EINTR || why == EAGAIN) return {ExitCause::interrupt};
  if (why == EFAULT) return {ExitCause::memory, 0, 2, 0};  // pages that the host's mapping makes read-only
  return {.cause = ExitCause::forbidden, .what = "KVM can't go on with this guest"};
}

/// Taken away, a right is the host's mapping's to hold, which KVM watches; given back, it must be seen in the guest's
/// own tables.
Status set_writable(Gpa start, std::uint64_t length, bool writable) {
  kvm.stale |= writable;
  return set_writable_in_tables(start, length, writable);
}

void settle(hv::Splits what) { settle_tables(what); }

ProcessorState state(const Vcpu&) {
  ProcessorState state;
  kvm_sregs special;
  kvm_fpu fpu;
  if (ioctl(kvm.vcpu, KVM_GET_SREGS, &special) == 0) {
    state.fs_base = special.fs.base;
    state.gs_base = special.gs.base;
  }
  if (ioctl(kvm.vcpu, KVM_GET_FPU, &fpu) == 0) {
    state.mxcsr = fpu.mxcsr;
    state.x87_control = fpu.fcw;
  }
  return state;
}

/// KVM's interface asks for this before a vCPU becomes another one (api.rst, "KVM_RUN").
void finish_access() {
  if (!kvm.unfinished) return;
  kvm.run->immediate_exit = 1;
  ioctl(kvm.vcpu, KVM_RUN, 0);
  kvm.run->immediate_exit = 0;
  kvm.unfinished = false;
}

/// What KVM_SET_XSAVE reads may be as long as all that the processor has.
alignas(64) struct {
  hv::CleanArea front;
  std::uint8_t rest[16 << 10];
} clean;

void set_state(Vcpu&, const ProcessorState& state) {
  finish_access();
  if (kvm.untouched && state.fs_base == 0 && state.gs_base == 0) return;
  auto special = special_registers(state);
  if (kvm.stale) {  // another CR4, for a moment, makes KVM forget translations
    constexpr std::uint64_t kOsXsave = 1 << 18;
    special.cr4 ^= kOsXsave;
    ioctl(kvm.vcpu, KVM_SET_SREGS, &special);
    special.cr4 ^= kOsXsave;
    kvm.stale = false;
  }
  clean.front = hv::CleanArea(state);
  ioctl(kvm.vcpu, KVM_SET_SREGS, &special);
  ioctl(kvm.vcpu, KVM_SET_XSAVE, &clean);
}

void interrupt(void*) { kvm.run->immediate_exit = 1; }

void permit(Permissions& may) { may.vcpu = kvm.vcpu; }

}  // namespace

constinit const MachineOperations kvm_machine{Wall::hosted, "hosted, /dev/kvm", needs,     open_kvm,     lay_out,
                                              start,        place_trap,         run,       set_writable, settle,
                                              state,        set_state,          interrupt, permit};

}  // namespace wick::monitor
