// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// GDT, TSS and IDT (arch/descriptor.h).

#include "arch/interrupts.h"

#include "arch/descriptor.h"
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

constexpr std::uint16_t kTask = 0x18;
constexpr unsigned kNmiVector = 2;
constexpr unsigned kVectors = 0x80;
constexpr std::uint32_t kFixedVectors[] = {kTimerVector, kPlatformVector, kSpuriousVector};

// What the processor reads by itself when an event ends the guest's run: mapped while the guest runs (see
// ring/entry.S).
[[gnu::section(".data.entry")]] constinit std::uint64_t gdt[] = {0,
                                                                 flat_segment(kCode, kCode64),
                                                                 flat_segment(kData, kFlat),
                                                                 0,
                                                                 0,
                                                                 flat_segment(kUserRing | kData, kFlat),
                                                                 flat_segment(kUserRing | kCode, kCode64)};
[[gnu::section(".bss.entry")]] constinit TaskState task{};
[[gnu::section(".bss.entry")]] constinit Gate idt[kVectors]{};

/// Stacks for those exceptions that can't trust the one in use: just what the stubs push.
enum Stack : std::uint8_t { kNone, kExceptions, kMachineCheck, kNmi, kStacks };  // numbers of the IST
struct alignas(16) SmallStack {
  std::uint8_t bytes[256];
};
[[gnu::section(".bss.entry")]] SmallStack small_stacks[kStacks - 1];

void set_gate(std::size_t vector, const void* entry, std::uint8_t ist) {
  idt[vector] = gate(reinterpret_cast<std::uint64_t>(entry), kKernelCode, ist, kInterruptGate);
}

void set_exception_gate(std::size_t vector, Stack stack) { set_gate(vector, hv_exception_stubs + vector * 16, stack); }
void set_interrupt_gate(std::size_t vector) { set_gate(vector, hv_interrupt_stubs + (vector - 0x20) * 8, kNone); }

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

[[gnu::section(".bss.hv.own")]] alignas(kPage) EventPage event_page;
[[gnu::section(".bss.entry")]] std::uint32_t nmis = 0;
void (*platform_interrupt)() = nullptr;

const char* start_processor() {
  task.io_map = sizeof task;  // none: no port is open to a lower ring
  for (unsigned stack = kExceptions; stack < kStacks; ++stack)
    task.ist[stack - 1] = reinterpret_cast<std::uint64_t>(small_stacks + stack);  // its end
  const auto segment = task_segment(reinterpret_cast<std::uint64_t>(&task), sizeof task, kTaskAvailable);
  gdt[3] = segment.low;
  gdt[4] = segment.high;
  const TablePointer gdt_pointer{sizeof gdt - 1, gdt}, idt_pointer{sizeof idt - 1, idt};
  for (unsigned vector = 0; vector < 32; ++vector) set_exception_gate(vector, kExceptions);
  set_gate(kNmiVector, hv_nmi, kNmi);
  for (const unsigned vector : kFixedVectors) set_interrupt_gate(vector);
  asm volatile("lgdt %0; lidt %1; ltr %2" ::"m"(gdt_pointer), "m"(idt_pointer), "r"(kTask) : "memory");
  return enable_protections();
}

void expect_guest_in_ring3(std::uint64_t stack) {
  enum : unsigned { double_fault = 8, machine_check = 18 };
  task.rsp[0] = stack;
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
    __atomic_or_fetch(&event_page.pending, 1ull << (vector - kFirstEventVector), __ATOMIC_RELAXED);
  } else if (vector == kPlatformVector && platform_interrupt) {
    platform_interrupt();
    return;
  } else if (vector == kTimerVector) {
    timer_interrupt();
  }
  if (vector != kSpuriousVector) end_of_interrupt();
}
