// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "wall/vm/x86_64/vmx/setup.h"

#include <initializer_list>

#include "arch/cpu.h"
#include "arch/guest_paging.h"
#include "arch/interrupts.h"
#include "arch/system_state.h"
#include "wall/vm/x86_64/vmx/controls.h"
#include "wall/vm/x86_64/vmx/vmcs.h"

extern "C" const char hv_vmx_exit[];

namespace wick::hv::vmx {
namespace {

constexpr std::uint64_t kLocked = 1, kOutsideSmx = 4;  // IA32_FEATURE_CONTROL, appendix A of volume 3
constexpr Control kPin{Msr::vmx_pin, Msr::vmx_true_pin, kPinNeeded, 0};
constexpr Control kProcessor{Msr::vmx_processor, Msr::vmx_true_processor, kProcessorNeeded, 0};
constexpr Control kSecondary{Msr::vmx_secondary, Msr::vmx_secondary, kSecondaryNeeded, kSecondaryWanted};
constexpr Control kExit{Msr::vmx_exit, Msr::vmx_true_exit, kExitNeeded, 0};
constexpr Control kEntry{Msr::vmx_entry, Msr::vmx_true_entry, kEntryNeeded, 0};

constexpr std::uint64_t kUserCode64 = 0xa0fb, kUserData64 = 0xc0f3, kUnusable = 0x10000;

/// Writes fields and remembers whether one was refused.
class Writer {
 public:
  Writer& operator()(Field field, std::uint64_t value) {
    fine = write(field, value) && fine;
    return *this;
  }
  Writer& operator()(Field field, const Control& control) {
    const auto choice = control.choose();
    fine = fine && choice.possible;
    return (*this)(field, choice.value);
  }
  bool fine = true;
};

constexpr Field later(Field first, std::uint64_t number) {
  return static_cast<Field>(static_cast<std::uint64_t>(first) + 2 * number);
}

void write_guest(Writer& to) {
  // ES, CS, SS, DS, FS, GS, LDTR, TR
  for (unsigned i = 0; i < 8; ++i)
    to(later(Field::guest_es, i), i < 6 ? kUserData : 0)(later(Field::guest_es_limit, i), i < 6 ? ~0u : 0)(
        later(Field::guest_es_rights, i), i < 6 ? kUserData64 : kUnusable);
  to(Field::guest_cs, kUserCode)(Field::guest_cs_rights, kUserCode64);
  to(Field::guest_tr, kTask)(Field::guest_tr_rights, kTaskBusy)(Field::guest_tr_limit, 0);
  to(Field::guest_cr0, read_cr0())(Field::guest_cr3, guest_root())(Field::guest_cr4, read_cr4());
  to(Field::cr0_mask, ~0ull)(Field::cr4_mask, ~0ull)(Field::guest_dr7, 0x400)(Field::link_pointer, ~0ull);
}

void write_host(Writer& to) {
  const auto& cpu = this_cpu();
  to(Field::host_cs, kKernelCode)(Field::host_ss, kKernelCode + 8)(Field::host_ds, kKernelCode + 8);
  to(Field::host_es, kKernelCode + 8)(Field::host_tr, kTask);
  to(Field::host_cr0, read_cr0())(Field::host_cr3, read_cr3())(Field::host_cr4, read_cr4());
  to(Field::host_tr_base, address_of(&cpu.task))(Field::host_gdtr_base, address_of(cpu.gdt));
  to(Field::host_idtr_base, address_of(cpu.idt));
  to(Field::host_rip, reinterpret_cast<std::uint64_t>(hv_vmx_exit));
}

std::uint32_t revision() { return static_cast<std::uint32_t>(read_msr(Msr::vmx_basic)) & 0x7fffffff; }

}  // namespace

const char* missing() {
  constexpr std::uint32_t kVmx = 1 << 5;
  if (!(cpuid(1).ecx & kVmx)) return "the processor has no VT-x";
  const auto allowed = read_msr(Msr::feature_control);
  if (allowed & kLocked && !(allowed & kOutsideSmx)) return "VT-x is switched off in the firmware";
  if (!kProcessor.choose().possible || !kPin.choose().possible) return "the processor's VT-x is too old";
  return kSecondary.choose().possible ? nullptr : "the processor's VT-x lacks EPT";
}

std::uint64_t memory(const GuestMap& map) { return 5 * kPage + nested_tables_length(map); }

Areas take_areas(MemoryRange& room) {
  return {take_front(room, kPage), take_front(room, kPage), take_front(room, 2 * kPage), take_front(room, kPage)};
}

bool switch_on(const Areas& areas) {
  switch_off_syscall();  // it would enter ring 0 of the guest
  const auto allowed = read_msr(Msr::feature_control);
  if (!(allowed & kLocked)) write_msr(Msr::feature_control, allowed | kLocked | kOutsideSmx);
  write_cr0((read_cr0() | read_msr(Msr::vmx_cr0_fixed0)) & read_msr(Msr::vmx_cr0_fixed1));
  write_cr4((read_cr4() | read_msr(Msr::vmx_cr4_fixed0)) & read_msr(Msr::vmx_cr4_fixed1));
  for (const auto& area : {areas.on, areas.control}) *reinterpret_cast<std::uint32_t*>(raw(area.start)) = revision();
  const std::uint64_t on = raw(areas.on.start), control = raw(areas.control.start);
  bool failed;
  asm volatile("vmxon %1" : "=@ccbe"(failed) : "m"(on) : "memory");
  if (failed) return false;
  asm volatile("vmclear %1" : "=@ccbe"(failed) : "m"(control) : "memory");
  if (failed) return false;
  asm volatile("vmptrld %1" : "=@ccbe"(failed) : "m"(control) : "memory");
  return !failed;
}

bool write_state(const Areas& areas, std::uint64_t ept_root, std::uint64_t& uses_vpid) {
  constexpr std::uint64_t kWriteBack = 6, kFourLevels = 3 << 3;
  __builtin_memset(reinterpret_cast<void*>(raw(areas.ports.start)), 0xff, areas.ports.length);
  __builtin_memset(reinterpret_cast<void*>(raw(areas.msrs.start)), 0xff, areas.msrs.length);
  Writer to;
  to(Field::pin_controls, kPin)(Field::processor_controls, kProcessor)(Field::secondary_controls, kSecondary);
  to(Field::exit_controls, kExit)(Field::entry_controls, kEntry)(Field::exceptions, ~0u);
  to(Field::ports_a, raw(areas.ports.start))(Field::ports_b, raw(areas.ports.start) + kPage);
  to(Field::msrs, raw(areas.msrs.start))(Field::ept_pointer, ept_root | kFourLevels | kWriteBack);
  uses_vpid = kSecondary.choose().value & kVpid;
  if (uses_vpid) to(Field::vpid, 1);
  write_guest(to);
  write_host(to);
  return to.fine;
}

}  // namespace wick::hv::vmx
