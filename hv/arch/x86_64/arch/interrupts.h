// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Descriptor tables and what happens on an exception or interrupt. An interrupt only sets a bit of the event page (or
// nothing, for the timer); whose exception it is and what that means is the wall's business.

#include "abi/crash.h"
#include "abi/event.h"
#include "abi/types.h"

namespace wick::hv {

inline constexpr std::uint32_t kPageFault = 14;
inline constexpr std::uint32_t kTimerVector = 0x20;
inline constexpr std::uint32_t kPlatformVector = 0x21;  ///< for the platform's own use: Xen's event channel upcall
inline constexpr std::uint32_t kSpuriousVector = 0x2f;
inline constexpr std::uint32_t kFirstEventVector = 0x40;

/// Of the processor that runs this: GDT with a task state segment, exception stacks of their own, the IDT. Enables its
/// protections: SMEP, SMAP, UMIP, and FSGSBASE, which the guest needs. @return what the processor lacks, in one
/// sentence; nullptr: nothing
[[nodiscard]] const char* start_processor();

/// Prepares the tables for a guest in ring 3: its events push onto Cpu::guest_stack.
void expect_guest_in_ring3();

inline constexpr std::uint16_t kKernelCode = 0x08;  ///< and data behind it
inline constexpr std::uint16_t kTask = 0x18;        ///< two entries
inline constexpr std::uint16_t kUserData = 0x2b, kUserCode = 0x33;

/// From now on the interrupt with vector kFirstEventVector + `event` sets that event's bit.
void install_event_vector(unsigned event);

/// Called on kPlatformVector. The platform sets it before it asks for that vector.
extern void (*platform_interrupt)();

/// apic.cpp's side: the interrupt was taken.
void end_of_interrupt();

/// What a faulting program left on the stack, in memory order. hv_exception(), the wall's, gets one.
struct Frame {
  std::uint64_t r15, r14, r13, r12, r11, r10, r9, r8, rdi, rsi, rbp, rbx, rdx, rcx, rax;
  std::uint64_t vector, error_code;
  std::uint64_t rip, cs, rflags, rsp, ss;

  std::uint64_t program_counter() const { return rip; }
};
static_assert(sizeof(Frame) == 22 * 8);

constexpr CrashRegisters registers_of(const Frame& f) {
  return {f.rax, f.rbx, f.rcx, f.rdx, f.rsi, f.rdi, f.rbp, f.rsp, f.r8,
          f.r9,  f.r10, f.r11, f.r12, f.r13, f.r14, f.r15, f.rip, f.rflags};
}

}  // namespace wick::hv
