// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The ways to the Linux kernel, where the guest is or may be code of a process: each kind of system call, with
// arguments that would do harm. And processor state that a monitor in the same thread would feel.

#include <cstdint>

#include "access.h"
#include "attack.h"

namespace escape {
namespace {

constexpr std::uint64_t kAlignment = 1ull << 17, kSimd = 1ull << 19;
/// KVM in software goes where the MSR says that the guest's kernel is: there is none, and nobody but KVM can write it.
constexpr std::uint64_t kCall = kOpcode | kPageFault;
/// 64-bit and 32-bit numbers (Linux, asm/unistd_64.h and unistd_32.h).
constexpr std::uint64_t kWrite = 1, kFork = 57, kExitGroup = 231, kMprotect = 10, kExit32 = 1, kGetpid32 = 20;
constexpr std::uint64_t kX32 = 0x40000000;
constexpr std::uint64_t kVsyscall = 0xffffffffff600000;

void system_call(std::uint64_t number, std::uint64_t first, std::uint64_t second, std::uint64_t third) {
  asm volatile("syscall" : "+a"(number) : "D"(first), "S"(second), "d"(third) : "rcx", "r11", "memory");
}
void make_writable() { system_call(kMprotect, at(&make_writable) & ~4095ull, 4096, 7); }

void old_call(std::uint64_t number) { asm volatile("int $0x80" : "+a"(number) : "b"(0), "c"(0), "d"(0) : "memory"); }

/// The kernel takes the sixth argument from the stack that EBP points to.
void fast_old_call() {
  static std::uint32_t stack[16];
  asm volatile("movq %0, %%rbp; movq %0, %%rsp; movl $20, %%eax; sysenter" ::"r"(at(stack)) : "memory", "rax");
}

void call_without_stack() { asm volatile("xorl %%esp, %%esp; movl $99, %%eax; jmp wick_trap" ::: "memory"); }

void misalign() {
  asm volatile("pushfq; orq $0x40000, (%%rsp); popfq; movl 1(%%rsp), %%eax" ::: "memory", "cc", "rax");
}
/// The call is served, by a monitor that nobody's flags disturb; then the guest ends itself.
void call_misaligned() {
  asm volatile("pushfq; orq $0x40400, (%%rsp); popfq; movl $1000, %%eax; call wick_trap; hlt" ::
                   : "memory", "cc", "rax", "rcx", "rdx", "r11");
}
void unmasked() {
  const std::uint32_t all = 0;
  asm volatile("ldmxcsr %0; xorps %%xmm0, %%xmm0; divss %%xmm0, %%xmm0" ::"m"(all) : "xmm0");
}

const Attack kAttacks[] = {
    {"write(2) by syscall", [] { system_call(kWrite, 1, at(&kAttacks), 64); }, kCall},
    {"fork(2) by syscall", [] { system_call(kFork, 0, 0, 0); }, kCall},
    {"exit_group(2) by syscall", [] { system_call(kExitGroup, 0, 0, 0); }, kCall},
    {"the own text made writable by mprotect(2)", make_writable, kCall},
    {"a call number that isn't one, by syscall", [] { system_call(~0ull, 0, 0, 0); }, kCall},
    {"write(2) of the x32 ABI", [] { system_call(kX32 | kWrite, 1, at(&kAttacks), 64); }, kCall},
    {"exit(2) by int 0x80", [] { old_call(kExit32); }, kOpcode},
    {"getpid(2) by int 0x80", [] { old_call(kGetpid32); }, kOpcode},
    {"getpid(2) by sysenter", fast_old_call, kOpcode},
    {"a call of the vsyscall page", [] { jump(kVsyscall); }, kOpcode | kPageFault},
    {"a read of the vsyscall page", [] { read(kVsyscall); }, kPageFault},
    {"a call without a stack", call_without_stack, kPageFault},
    {"a misaligned read that the guest wants checked", misalign, kAlignment},
    {"a call with the flags for alignment and direction set", call_misaligned, kOpcode},
    {"a division that the guest wants trapped", unmasked, kSimd},
};

}  // namespace

std::span<const Attack> linux_attacks() { return kAttacks; }

}  // namespace escape
