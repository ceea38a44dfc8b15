// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The wall AMD-V (AMD APM volume 2, chapter 15): the guest is a virtual machine behind nested paging that starts and
// stays in ring 3, on page tables of hv's. Nothing is injected, nothing decoded, nothing emulated: an exit is a call,
// an interrupt of hv's, or the guest's end.

#include "arch/cpu.h"
#include "arch/guest_paging.h"
#include "arch/instructions.h"
#include "arch/interrupts.h"
#include "arch/nested_paging.h"
#include "arch/system_state.h"
#include "guest/arch/x86_64/entry.h"
#include "wall/choose.h"
#include "wall/vm/x86_64/svm/vmcb.h"

extern "C" void hv_svm_run(wick::hv::Vcpu* vcpu, wick::hv::svm::Vmcb* vmcb);

namespace wick::hv {
namespace {

using svm::ExitCode;
using svm::Vmcb;

constexpr std::uint64_t kEferSvm = 1 << 12;
constexpr std::uint64_t kDisabled = 1 << 4;  // VM_CR.SVMDIS
constexpr std::uint64_t kPortsLength = 3 * kPage, kMsrsLength = 2 * kPage;
constexpr std::uint64_t kVmmcallLength = 3;
constexpr std::uint16_t kUserCode64 = 0xafb, kUserData = 0xcf3;  // attributes, §15.5.1

/// Vcpu::wall as this wall uses it: the physical address, and hv's, of its Vmcb.
enum Slot : unsigned { block_slot };

PageTables<NptFormat> nested;

Vmcb& block_of(const Vcpu& vcpu) { return *reinterpret_cast<Vmcb*>(vcpu.wall[block_slot]); }

const char* missing() {
  if (cpuid(0x80000000).eax < 0x8000000a || !(cpuid(0x80000001).ecx & 4)) return "the processor has no AMD-V";
  if (!(cpuid(0x8000000a).edx & 1)) return "the processor's AMD-V lacks nested paging";
  if (read_msr(Msr::vm_cr) & kDisabled) return "AMD-V is switched off in the firmware";
  return nullptr;
}

std::uint64_t memory(const GuestMap& map) { return 2 * kPage + kPortsLength + kMsrsLength + nested_tables_length(map); }

void prepare(Vmcb& block, std::uint64_t ports, std::uint64_t msrs) {
  block.intercept_cr = block.intercept_dr = block.intercept_exceptions = ~0u;
  block.intercept_1 = svm::kIntercept1;
  block.intercept_2 = svm::kIntercept2;
  block.io_permissions = ports;
  block.msr_permissions = msrs;
  block.asid = 1;
  block.virtual_interrupts = svm::kVirtualInterruptMasking;
  block.nested_paging = 1;
  block.nested_root = nested.root();
  block.cs = {0x33, kUserCode64, ~0u, 0};
  block.ss = block.ds = block.es = {0x2b, kUserData, ~0u, 0};
  block.cpl = 3;
  block.efer = read_msr(Msr::efer);  // without SYSCALL, which would enter ring 0 of the guest
  block.cr0 = read_cr0();
  block.cr3 = guest_root();
  block.cr4 = read_cr4();
  block.dr6 = 0xffff0ff0;
  block.dr7 = 0x400;
  block.pat = read_msr(Msr::pat);
}

Status start(const GuestMap& map, MemoryRange room) {
  auto& vcpu = this_cpu().vcpu;
  vcpu.wall[block_slot] = raw(take_front(room, kPage).start);
  const auto host_state = take_front(room, kPage).start;
  const auto ports = take_front(room, kPortsLength), msrs = take_front(room, kMsrsLength);
  __builtin_memset(reinterpret_cast<void*>(raw(ports.start)), 0xff, kPortsLength + kMsrsLength);  // they are neighbours
  if (const auto status = build_nested_tables(nested, map, room); !ok(status)) return status;
  switch_off_syscall();
  write_msr(Msr::efer, read_msr(Msr::efer) | kEferSvm);
  write_msr(Msr::vm_host_save, raw(host_state));
  prepare(block_of(vcpu), raw(ports.start), raw(msrs.start));
  return Status::ok;
}

Exit forbidden(ExitCode code) {
  switch (code) {
    case ExitCode::port:
      return {.cause = ExitCause::forbidden, .what = "the guest touched a port"};
    case ExitCode::msr:
      return {.cause = ExitCause::forbidden, .what = "the guest touched a model-specific register"};
    case ExitCode::shutdown:
      return {.cause = ExitCause::forbidden, .what = "triple fault"};
    default:
      return {.cause = ExitCause::forbidden, .what = "the guest ran an instruction that is no guest's"};
  }
}

Exit run(Vcpu& vcpu) {
  auto& registers = vcpu.registers;
  auto& block = block_of(vcpu);
  block.rax = registers.rax;
  block.rsp = registers.rsp;
  block.rip = registers.rip;
  block.rflags = registers.rflags;
  hv_svm_run(&vcpu, &block);
  block.tlb_control = 0;
  registers.rax = block.rax;
  registers.rsp = block.rsp;
  registers.rip = block.rip;
  registers.rflags = block.rflags;

  const auto code = static_cast<ExitCode>(block.exit_code);
  if (code == ExitCode::vmmcall) {
    registers.rip += kVmmcallLength;
    return {ExitCause::call};
  }
  // Each of them is the machine's, stays pending and was taken as hv's own at STGI: an NMI counted, by SMI the firmware
  // run, which may ask for an exit although Wick doesn't; INIT would not have come back.
  if (code >= ExitCode::interrupt && code <= ExitCode::init) return {ExitCause::interrupt};
  if (code == ExitCode::nested_page_fault)
    return {.cause = ExitCause::memory, .error_code = block.exit_info_1, .address = block.exit_info_2};
  if (code < ExitCode::first_exception || code > ExitCode::last_exception) return forbidden(code);
  const auto vector =
      static_cast<std::uint32_t>(block.exit_code) - static_cast<std::uint32_t>(ExitCode::first_exception);
  return {ExitCause::exception, vector, block.exit_info_1, vector == kPageFault ? block.exit_info_2 : 0};
}

void flush() {
  for (const auto& cpu : cpus) block_of(cpu.vcpu).tlb_control = svm::kFlushAll;
}

Status change_rights(Gpa start, std::uint64_t length, bool writable) {
  flush();
  return nested.set_writable(raw(start), raw(start) + length, writable);
}

void settle(Splits what) {
  nested.settle(what);
  flush();
}

/// VMRUN leaves it as it is, and hv uses none.
void keep(ProcessorState& to) { to.gs_base = read_msr(Msr::gs_base); }
void restore(const ProcessorState& from) { write_msr(Msr::gs_base, from.gs_base); }

}  // namespace

constinit const WallOperations svm_wall{Wall::vm_svm, "AMD-V", {0x0f, 0x01, 0xd9}, 3,      missing, memory,
                                        start,        run,     change_rights,      settle, keep,    restore};

}  // namespace wick::hv
