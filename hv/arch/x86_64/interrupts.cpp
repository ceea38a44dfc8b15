// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// GDT, TSS and IDT (arch/descriptor.h).

#include "arch/interrupts.h"

#include "arch/cpu.h"
#include "arch/instructions.h"

extern "C" {
extern const char hv_exception_stubs[], hv_interrupt_stubs[], hv_nmi[];
void hv_interrupt(std::uint64_t vector);
}

namespace wick::hv {
namespace {

struct [[gnu::packed]] TablePointer {
  std::uint16_t limit;
  const void* base;
};

constexpr unsigned kNmiVector = 2;
constexpr std::uint32_t kFixedVectors[] = {kTimerVector, kPlatformVector, kSpuriousVector};

/// Numbers of the IST: stacks for those exceptions that can't trust the one in use.
enum Stack : std::uint8_t { kNone, kExceptions, kMachineCheck, kNmi };

void set_gate(std::size_t vector, const void* entry, std::uint8_t ist) {
  this_cpu().idt[vector] = gate(reinterpret_cast<std::uint64_t>(entry), kKernelCode, ist, kInterruptGate);
}

void set_exception_gate(std::size_t vector, Stack stack) { set_gate(vector, hv_exception_stubs + vector * 16, stack); }
void set_interrupt_gate(std::size_t vector) {
  set_gate(vector, hv_interrupt_stubs + (vector - 0x20) * 8, this_cpu().interrupt_stack);
}

const char* enable_protections() {
  enum : std::uint64_t { umip = 1u << 11, fsgsbase = 1u << 16, smep = 1u << 20, smap = 1u << 21 };
  const auto features = cpuid(7);
  std::uint64_t cr4 = read_cr4() | fsgsbase;
  if (!(features.ebx & 1)) return "the processor lacks FSGSBASE (any x86-64 server since 2013 has it)";
  if (features.ecx & (1u << 2)) cr4 |= umip;
  if (features.ebx & (1u << 7)) cr4 |= smep;
  if (features.ebx & (1u << 20)) cr4 |= smap;
  write_cr4(cr4);
  return nullptr;
}

}  // namespace

[[gnu::section(".bss.hv.cpus")]] Cpu cpus[kCpus];
void (*platform_interrupt)() = nullptr;

const char* start_processor() {
  auto& cpu = this_cpu();
  cpu.task.io_map = sizeof cpu.task;  // none: no port is open to a lower ring
  cpu.task.ist[kExceptions - 1] = cpu.exception_stack.end();
  cpu.task.ist[kMachineCheck - 1] = cpu.machine_check_stack.end();
  cpu.task.ist[kNmi - 1] = cpu.nmi_stack.end();
  const auto task = task_segment(reinterpret_cast<std::uint64_t>(&cpu.task), sizeof cpu.task, kTaskAvailable);
  cpu.gdt[kKernelCode / 8] = flat_segment(kCode, kCode64);
  cpu.gdt[kKernelCode / 8 + 1] = flat_segment(kData, kFlat);
  cpu.gdt[kTask / 8] = task.low;
  cpu.gdt[kTask / 8 + 1] = task.high;
  cpu.gdt[kUserData / 8] = flat_segment(kUserRing | kData, kFlat);
  cpu.gdt[kUserCode / 8] = flat_segment(kUserRing | kCode, kCode64);
  const TablePointer gdt_pointer{sizeof cpu.gdt - 1, cpu.gdt}, idt_pointer{sizeof cpu.idt - 1, cpu.idt};
  for (unsigned vector = 0; vector < 32; ++vector) set_exception_gate(vector, kExceptions);
  set_gate(kNmiVector, hv_nmi, kNmi);
  for (const unsigned vector : kFixedVectors) set_interrupt_gate(vector);
  asm volatile("lgdt %0; lidt %1; ltr %2" ::"m"(gdt_pointer), "m"(idt_pointer), "r"(kTask) : "memory");
  return enable_protections();
}

void expect_guest_in_ring3() {
  enum : unsigned { double_fault = 8, machine_check = 18 };
  this_cpu().task.rsp[0] = this_cpu().guest_stack.end();
  for (unsigned vector = 0; vector < 32; ++vector)
    if (vector != kNmiVector) set_exception_gate(vector, kNone);
  set_exception_gate(double_fault, kExceptions);
  set_exception_gate(machine_check, kMachineCheck);
}

void install_event_vector(unsigned event) { set_interrupt_gate(kFirstEventVector + event); }

}  // namespace wick::hv

void hv_interrupt(std::uint64_t vector) {
  using namespace wick::hv;
  if (vector >= kFirstEventVector) {
    __atomic_or_fetch(&this_cpu().events.pending, 1ull << (vector - kFirstEventVector), __ATOMIC_RELAXED);
  } else if (vector == kPlatformVector && platform_interrupt) {
    platform_interrupt();
    return;
  } else if (vector == kTimerVector) {
    this_cpu().timer_running = false;
  }
  if (vector != kSpuriousVector) end_of_interrupt();
}
