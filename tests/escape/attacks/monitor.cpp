// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The hosted monitor's own things in a guest behind KVM: its ports, stubs, stacks and tables. And addresses where a
// process has its memory, which this guest has none at.

#include <cstring>

#include "abi/call.h"
#include "access.h"
#include "attack.h"
#include "boot/last_crash.h"
#include "hosted_layout.h"

extern "C" char wick_image_start[];

namespace escape {
namespace {

constexpr std::uint64_t kStubBytes = 16, kStubs = 32;

void straddle() { (void)*reinterpret_cast<volatile std::uint64_t*>(tables() - 4); }

/// A frame as the processor pushes one, with flags that no ring 3 has, and a jump behind the stub's own pushes. The
/// flags must not become the guest's: the port that they open would not end it as it does.
void forge_flags() {
  constexpr std::uint64_t kVector = 6, kIopl3 = 0x3202, kCode = 0x33, kData = 0x2b;
  const std::uint64_t frame[7] = {kVector, 0, 0x1234, kCode, kIopl3, 0, kData};
  auto* top = reinterpret_cast<std::uint8_t*>(exception_stack() + kPage - sizeof frame);
  std::memcpy(top, frame, sizeof frame);
  const auto* stub = reinterpret_cast<const std::uint8_t*>(fault_stubs() + kVector * kStubBytes);
  constexpr std::uint8_t kOut = 0xe6;
  while (*stub != kOut) ++stub;
  asm volatile("movq %0, %%rsp; jmp *%1" ::"r"(top), "r"(stub) : "memory");
}
bool flags_are_a_programs() { return (wick::boot::last_crash()->registers.rflags & ~0x240fd7ull) == 0; }

const Attack kAttacks[] = {
    {"a fault frame with the system's flags", forge_flags, kUndefined, flags_are_a_programs},
    {"sealing the exception stack",
     [] {
       (void)wick_call_seal(wick::Gpa{exception_stack()}, kPage);
       asm volatile("ud2");
     },
     kUndefined},
    {"the call port from elsewhere", [] { asm volatile("outb %al, $0x10"); }, kForbidden},
    {"the fault port from elsewhere", [] { asm volatile("outb %al, $0x11"); }, kForbidden},
    {"wide access to the call port", [] { asm volatile("outl %eax, $0x10"); }, kForbidden | kProtection},
    {"reading the call port",
     [] {
       asm volatile("inb $0x10, %%al" ::: "rax");
     },
     kForbidden},
    {"a jump into a fault stub", [] { jump(fault_stubs() + 14 * kStubBytes); }, kForbidden},
    {"a jump behind the stubs", [] { jump(fault_stubs() + kStubs * kStubBytes + 64); }, kOpcode | kPageFault},
    {"writing the fault stubs", [] { write(fault_stubs()); }, kPageFault},
    {"executing the exception stack", [] { jump(exception_stack()); }, kPageFault},
    {"reading the descriptor tables", [] { read(tables()); }, kPageFault},
    {"writing the descriptor tables", [] { write(tables() + 0x28); }, kPageFault},
    {"reading across the end of the exception stack", straddle, kPageFault},
    {"reading the page tables", [] { read(tables() + kPage); }, kPageFault},
    {"writing the page tables", [] { write(tables() + kPage); }, kPageFault},
    {"a stack in the page tables", [] { push_to(tables() + 2 * kPage); }, kPageFault},
    {"reading below the image", [] { read(at(wick_image_start) - kPage); }, kPageFault},
    {"reading behind the guest's memory", [] { read(forbidden().guest_end); }, kPageFault},
    {"writing behind the guest's memory", [] { write(forbidden().guest_end); }, kPageFault},
    {"reading where programs stand", [] { read(0x555555554000); }, kPageFault},
    {"reading where libraries stand", [] { read(0x7ffff7dd0000); }, kPageFault},
    {"reading where stacks stand", [] { read(0x7ffffffde000); }, kPageFault},
};

}  // namespace

std::span<const Attack> monitor_attacks() { return kAttacks; }

}  // namespace escape
