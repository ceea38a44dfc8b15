// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Every privileged instruction, and other ways to raise an exception.

#include "attack.h"

namespace escape {
namespace {

std::uint64_t scratch[2];
struct [[gnu::packed]] {
  std::uint16_t limit = 0xffff;
  std::uint64_t base = 0x1000;
} table;

void single_step() { asm volatile("pushfq; orq $0x100, (%%rsp); popfq; nop; nop" ::: "memory", "cc"); }
void ring0_return() {
  asm volatile("pushq $0x10; pushq %%rsp; pushfq; pushq $0x08; pushq $1f; iretq; 1:" ::: "memory", "cc");
}

/// The processor asks a task state segment that no guest has; behind nested paging not even its memory.
constexpr std::uint64_t kPort = kOpcode | kOuter;

constexpr Attack kAttacks[] = {
    {"cli", [] { asm volatile("cli"); }, kOpcode},
    {"sti", [] { asm volatile("sti"); }, kOpcode},
    {"hlt", [] { asm volatile("hlt"); }, kOpcode},
    {"in",
     [] {
       asm volatile("inb $0x60, %%al" ::: "rax");
     },
     kPort},
    {"out", [] { asm volatile("outb %%al, $0x80" ::); }, kPort},
    {"out to the exit port", [] { asm volatile("outl %%eax, %%dx" ::"a"(0), "d"(0x501)); }, kPort},
    {"ins", [] { asm volatile("rep insb" ::"D"(scratch), "c"(1), "d"(0x60)
                              : "memory"); }, kPort},
    {"outs", [] { asm volatile("rep outsb" ::"S"(scratch), "c"(1), "d"(0x80)
                               : "memory"); }, kPort},
    {"read CR0",
     [] {
       asm volatile("mov %%cr0, %%rax" ::: "rax");
     },
     kOpcode},
    {"read CR3",
     [] {
       asm volatile("mov %%cr3, %%rax" ::: "rax");
     },
     kOpcode},
    {"write CR0", [] { asm volatile("mov %%rax, %%cr0" ::"a"(0)); }, kOpcode},
    {"write CR3", [] { asm volatile("mov %%rax, %%cr3" ::"a"(0x1000)); }, kOpcode},
    {"write CR4", [] { asm volatile("mov %%rax, %%cr4" ::"a"(0)); }, kOpcode},
    {"write CR8", [] { asm volatile("mov %%rax, %%cr8" ::"a"(0)); }, kOpcode},
    {"read DR7",
     [] {
       asm volatile("mov %%dr7, %%rax" ::: "rax");
     },
     kOpcode},
    {"write DR7", [] { asm volatile("mov %%rax, %%dr7" ::"a"(0)); }, kOpcode},
    {"rdmsr", [] { asm volatile("rdmsr" ::"c"(0xc0000080)
                                : "rax", "rdx"); }, kOpcode},
    {"wrmsr", [] { asm volatile("wrmsr" ::"c"(0xc0000082), "a"(0), "d"(0)); }, kOpcode},
    {"rdpmc", [] { asm volatile("rdpmc" ::"c"(0)
                                : "rax", "rdx"); }, kOpcode},
    {"lgdt", [] { asm volatile("lgdt %0" ::"m"(table)); }, kOpcode},
    {"lidt", [] { asm volatile("lidt %0" ::"m"(table)); }, kOpcode},
    {"lldt", [] { asm volatile("lldt %%ax" ::"a"(0)); }, kOpcode},
    {"ltr", [] { asm volatile("ltr %%ax" ::"a"(0x18)); }, kOpcode},
    {"lmsw", [] { asm volatile("lmsw %%ax" ::"a"(0)); }, kOpcode},
    {"clts", [] { asm volatile("clts"); }, kOpcode},
    {"invd", [] { asm volatile("invd"); }, kOpcode},
    {"wbinvd", [] { asm volatile("wbinvd"); }, kOpcode},
    {"invlpg", [] { asm volatile("invlpg %0" ::"m"(scratch)); }, kOpcode},
    {"swapgs", [] { asm volatile("swapgs"); }, kOpcode},
    {"sysret", [] { asm volatile("sysretq"); }, kOpcode},
    {"sysexit", [] { asm volatile("sysexitq"); }, kOpcode},
    {"sysenter", [] { asm volatile("sysenter"); }, kOpcode},
    {"rsm", [] { asm volatile("rsm"); }, kOpcode},
    {"xsetbv", [] { asm volatile("xsetbv" ::"c"(0), "a"(1), "d"(0)); }, kOpcode},
    {"monitor", [] { asm volatile("monitor" ::"a"(scratch), "c"(0), "d"(0)); }, kOpcode},
    {"mwait", [] { asm volatile("mwait" ::"a"(0), "c"(0)); }, kOpcode},
    {"vmrun", [] { asm volatile("vmrun %%rax" ::"a"(0x1000)); }, kOpcode},
    {"vmload", [] { asm volatile("vmload %%rax" ::"a"(0x1000)); }, kOpcode},
    {"vmsave", [] { asm volatile("vmsave %%rax" ::"a"(0x1000)); }, kOpcode},
    {"stgi", [] { asm volatile("stgi"); }, kOpcode},
    {"clgi", [] { asm volatile("clgi"); }, kOpcode},
    {"skinit", [] { asm volatile("skinit" ::"a"(0)); }, kOpcode},
    {"invlpga", [] { asm volatile("invlpga %%rax, %%ecx" ::"a"(0), "c"(0)); }, kOpcode},
    {"vmxon", [] { asm volatile("vmxon %0" ::"m"(scratch)); }, kOpcode},
    {"vmlaunch", [] { asm volatile("vmlaunch"); }, kOpcode},
    {"vmxoff", [] { asm volatile("vmxoff"); }, kOpcode},
    {"vmwrite", [] { asm volatile("vmwrite %%rax, %%rcx" ::"a"(0), "c"(0)); }, kOpcode},
    {"int 0x20, the timer's vector", [] { asm volatile("int $0x20"); }, kOpcode},
    {"int 0x80", [] { asm volatile("int $0x80"); }, kOpcode},
    {"int 8, a double fault by hand", [] { asm volatile("int $8"); }, kOpcode},
    {"int3", [] { asm volatile("int3"); }, kOpcode | 1ull << 3},
    {"iret to ring 0", ring0_return, kOpcode | kPageFault},
    {"load of a kernel segment", [] { asm volatile("mov %%ax, %%ds" ::"a"(0x10)); }, kOpcode},
    {"load of the task's selector", [] { asm volatile("mov %%ax, %%es" ::"a"(0x18)); }, kOpcode},
    {"single step", single_step, 1ull << 1},
    {"division by zero", [] { asm volatile("xorl %%ecx, %%ecx; divl %%ecx" ::"a"(1), "d"(0)
                                           : "rcx"); }, 1},
};

}  // namespace

std::span<const Attack> opcodes() { return kAttacks; }

}  // namespace escape
