// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The hosted monitor's own things in a guest behind KVM: its ports, stubs, stacks and tables. And addresses where a
// process has its memory, which this guest has none at.

#include "access.h"
#include "attack.h"
#include "hosted_layout.h"

extern "C" char wick_image_start[];

namespace escape {
namespace {

constexpr std::uint64_t kStubBytes = 16, kStubs = 32;

void straddle() { (void)*reinterpret_cast<volatile std::uint64_t*>(tables() - 4); }

const Attack kAttacks[] = {
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
