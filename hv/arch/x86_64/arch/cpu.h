// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What belongs to one processor, in one object that this_cpu() finds. Whatever hv writes while it runs is a member
// here, or stands in docs/processors.md with its owner and the lock that a second processor asks for.

#include "abi/clock.h"
#include "abi/event.h"
#include "arch/descriptor.h"
#include "base/memory.h"
#include "guest/vcpu.h"

namespace wick::hv {

inline constexpr unsigned kCpus = 1;

/// Room for what an event pushes, and for what the stubs push behind it.
struct alignas(16) SmallStack {
  std::uint8_t bytes[256];

  std::uint64_t end() const { return reinterpret_cast<std::uint64_t>(this + 1); }
};

/// The first page is what the processor reads by itself, and entry code at once, when an event ends the guest's run: it
/// stays mapped while the guest runs. All else is hv's alone.
struct alignas(kPage) Cpu {
  Vcpu vcpu;  ///< the guest's one that runs here; GS points to it within hv, behind wall `ring`
  TaskState task;
  std::uint64_t gdt[7];
  Gate idt[0x80];
  SmallStack exception_stack, machine_check_stack, guest_stack;  ///< the last one for events of a guest in ring 3
  SmallStack nmi_stack;
  std::uint32_t nmis;  ///< how many there were, hv's time and the guest's; vectors.S finds it behind the stack

  alignas(kPage) EventPage events;   ///< where hardware reports; with wall `none` the guest's event page, too
  alignas(64) ClockPage host_clock;  ///< which a host that has such a clock writes
  Nanoseconds timer;                 ///< what the timer is set to; kNever: it isn't
  std::uint32_t timer_port;          ///< Xen's event channel of it
  unsigned timer_shift;              ///< log2 of the APIC timer's divider in force
  bool timer_running, nmis_told;
  std::uint8_t interrupt_stack;  ///< number in the IST; 0: interrupts use the stack that they find
  alignas(16) std::uint8_t last_stack[2 * kPage - 64];  ///< for telling hv's own end

  /// Which of them this is: the number of its vCPU, too.
  unsigned number() const;
};
static_assert(offsetof(Cpu, vcpu) == 0 && offsetof(Cpu, events) == kPage);
static_assert(offsetof(Cpu, nmis) == offsetof(Cpu, nmi_stack) + sizeof(SmallStack));
static_assert(offsetof(Cpu, last_stack) + sizeof(Cpu::last_stack) == sizeof(Cpu) && sizeof(Cpu) == 4 * kPage);

extern Cpu cpus[kCpus] asm("hv_cpus");

/// The processor that runs this: an address known at link time, as long as there is one. Where there are more, an
/// object keeps its own address, which GS reaches in hv: entry code of `ring` sees to that already, that of `vm` has to
/// exchange GS as well.
inline Cpu& this_cpu() {
  static_assert(kCpus == 1);
  return cpus[0];
}

inline unsigned Cpu::number() const { return static_cast<unsigned>(this - cpus); }

}  // namespace wick::hv
