// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "lives.h"

#include <stdlib.h>

#include <cstring>

#include "abi/call.h"
#include "access.h"
#include "boot/boot_info.h"
#include "boot/last_crash.h"

namespace escape {
namespace {

using wick::Gpa;
using wick::Nanoseconds;

constexpr std::size_t kSecretBytes = 1 << 20;
constexpr std::uint64_t kSecret = 0x005ec2e7005ec2e7, kSecretBase = kSecret & 0x7fffffffffff;

bool has_avx() {
  unsigned a = 1, b, c = 0, d;
  asm("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
  constexpr unsigned kOsXsaveAvx = 3 << 27;
  return (c & kOsXsaveAvx) == kOsXsaveAvx;
}

/// BootInfo's identity and what the C library's generator says, at the end of DMA memory, where no driver puts
/// anything.
struct Drawn {
  wick::GenerationEntry generation;
  std::uint32_t numbers[4];
};
Drawn draw() {
  Drawn drawn{*wick::boot::facts().generation, {}};
  for (auto& number : drawn.numbers) number = arc4random();
  return drawn;
}
Drawn* left() {
  const auto& dma = wick::boot::facts().dma;
  return reinterpret_cast<Drawn*>(raw(dma.start) + dma.length - sizeof(Drawn));
}

[[noreturn]] void leave_secret() {
  auto* secret = static_cast<std::uint64_t*>(malloc(kSecretBytes));
  for (std::size_t i = 0; i < kSecretBytes / 8; ++i) secret[i] = kSecret;
  keep_written(secret);
  abort();
}
bool memory_is_clean() {
  const auto* fresh = static_cast<const std::uint64_t*>(malloc(kSecretBytes));
  keep_written(fresh);  // and read, although nobody has written it
  for (std::size_t i = 0; i < kSecretBytes / 8; ++i)
    if (fresh[i] == kSecret) return false;
  return fresh != nullptr;
}

alignas(4096) volatile std::uint8_t victim[4096] = {1};

/// All that hv, the processor or a device writes in the guest's name. What it then has to write is a crash record.
[[noreturn]] void seal_what_is_shared() {
  const auto& facts = wick::boot::facts();
  const std::uint64_t event = raw(facts.pages.event) & ~4095ull;
  for (unsigned page = 0; page < 16; ++page) (void)wick_call_seal(Gpa{event + page * 4096}, 4096);
  (void)wick_call_seal(Gpa{raw(facts.pages.crash)}, 4096);
  (void)wick_call_seal(facts.dma.start, facts.dma.length & ~4095ull);
  (void)wick_call_seal(Gpa{at(victim)}, 4096);
  abort();
}
bool nothing_is_sealed() {
  victim[7] = 9;
  return victim[7] == 9;
}

/// The guest after this one never armed it.
void leave_watchdog() {
  (void)wick_call_watchdog(Nanoseconds{20'000'000});
  asm volatile("ud2");
}
bool nobody_watches() {
  const std::uint64_t start = __builtin_ia32_rdtsc();
  while (__builtin_ia32_rdtsc() - start < 100'000'000) asm volatile("pause");
  return true;
}

/// The way back of a call, to where no processor can go.
void return_nowhere() {
  asm volatile("movabsq $0x4141414141414141, %%rax; pushq %%rax; movl $5, %%eax; jmp wick_trap" ::: "memory", "rax");
}

/// x87 has a fault pending that whoever executes its next instruction gets.
void leave_x87_fault() {
  const std::uint16_t all = 0x340;
  asm volatile("fldcw %0; fldz; fld1; fdivp; movl $1000, %%eax; call wick_trap; fwait; ud2" ::"m"(all)
               : "memory", "rax", "rcx", "rdx", "r11", "st", "st(1)");
}

constexpr std::uint64_t kFloat = 1ull << 16;
const Attack kPristine[] = {
    {"a secret in the heap for the next life", leave_secret, kPanic, memory_is_clean},
    {"random numbers that the next life draws again", [] { leave_random_numbers(), abort(); }, kPanic,
     random_numbers_differ},
    {"a seal on what hv writes", seal_what_is_shared, kPanic, nothing_is_sealed},
    {"a watchdog for the next life", leave_watchdog, kUndefined, nobody_watches},
    {"a call that returns to nowhere", return_nowhere, kProtection},
    {"a secret in registers for the next life", die_with_full_registers, kUndefined, registers_are_clean},
    {"a fault of x87 for hv", leave_x87_fault, kFloat | kUndefined},
};

}  // namespace

[[noreturn]] void die_with_full_registers() {
  const std::uint64_t secrets[4] = {kSecret, kSecret, kSecret, kSecret};
  if (has_avx()) asm volatile("vmovdqu %0, %%ymm15" ::"m"(secrets));
  asm volatile("movq %0, %%mm0; movq %0, %%mm7" ::"m"(secrets[0]));
  asm volatile("wrgsbase %0" ::"r"(kSecretBase));
  asm volatile("ud2");
  __builtin_unreachable();
}

bool registers_are_clean() {
  std::uint64_t gs, mm[2], ymm[4] = {};
  asm volatile("rdgsbase %0" : "=r"(gs));
  asm volatile("movq %%mm0, %0; movq %%mm7, %1; emms" : "=m"(mm[0]), "=m"(mm[1]));
  if (has_avx()) asm volatile("vmovdqu %%ymm15, %0" : "=m"(ymm));
  return gs != kSecretBase && mm[0] != kSecret && mm[1] != kSecret && ymm[2] != kSecret && ymm[3] != kSecret;
}

void leave_random_numbers() { *left() = draw(); }

bool random_numbers_differ() {
  const Drawn before = *left(), now = draw();
  return std::memcmp(&before.generation, &now.generation, sizeof now.generation) != 0 &&
         std::memcmp(before.numbers, now.numbers, sizeof now.numbers) != 0;
}

std::span<const Attack> pristine_attacks() { return kPristine; }

}  // namespace escape
