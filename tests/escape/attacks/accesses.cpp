// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Memory that is nobody's, or the guest's with fewer rights: behind every wall.

#include <cstdlib>
#include <cstring>

#include "abi/call.h"
#include "access.h"
#include "attack.h"
#include "boot/boot_info.h"
#include "boot/last_crash.h"

extern "C" {
extern char wick_stack_guard[], wick_guest_text_start[], wick_guest_rodata_start[];
}

namespace escape {
namespace {

alignas(4096) std::uint8_t code_page[4096] = {0xc3};
alignas(4096) std::uint8_t sealed_page[4096] = {1};

void run_heap() {
  auto* code = static_cast<std::uint8_t*>(std::malloc(64));
  std::memset(code, 0xc3, 64);
  jump(at(code));
}
void run_stack() {
  std::uint8_t code[16];
  std::memset(code, 0xc3, sizeof code);
  jump(at(code));
}
void run_dma() {
  const auto start = raw(wick::boot::facts().dma.start);
  write(start), jump(start);
}

[[gnu::noinline]] int overflow(volatile int* depth) {
  volatile int room[256];
  room[0] = *depth - 1;
  return room[0] == 0 ? 0 : overflow(room) + room[0];
}
void fill_stack() {
  volatile int depth = 1 << 20;
  (void)overflow(&depth);
}

/// The translation is in the TLB when the permission goes.
void write_sealed() {
  write(at(sealed_page));
  if (!ok(wick_call_seal(wick::Gpa{at(sealed_page)}, 4096))) return;
  write(at(sealed_page));
}

void spin() {
  (void)wick_call_watchdog(wick::Nanoseconds{20'000'000});
  for (;;) asm volatile("");
}

/// It has run out before the call that arms it returns, or comes faster than anybody can look.
template <std::uint64_t kTimeout>
void spin_from_now_on() {
  (void)wick_call_watchdog(wick::Nanoseconds{kTimeout});
  for (;;) asm volatile("");
}

const Attack kAttacks[] = {
    {"write BootInfo", [] { write(at(wick::boot::facts().info)); }, kPageFault},
    {"write the clock page", [] { write(raw(wick::boot::facts().pages.clock)); }, kPageFault},
    {"write the last crash's record", [] { write(at(wick::boot::last_crash())); }, kPageFault},
    {"write the own text", [] { write(at(wick_guest_text_start)); }, kPageFault},
    {"write the own constants", [] { write(at(wick_guest_rodata_start)); }, kPageFault},
    {"execute data", [] { jump(at(code_page)); }, kPageFault},
    {"execute the heap", run_heap, kPageFault},
    {"execute the stack", run_stack, kPageFault},
    {"execute DMA memory", run_dma, kPageFault},
    {"execute the event page", [] { jump(raw(wick::boot::facts().pages.event)); }, kPageFault},
    {"write a sealed page through a stale TLB", write_sealed, kPageFault},
    {"overflow the stack into its guard", fill_stack, kPageFault},
    {"write the stack's guard", [] { write(at(wick_stack_guard)); }, kPageFault},
    {"push to a non-canonical address", [] { push_to(1ull << 62); }, 1ull << 12 | kProtection},
    {"read page 0", [] { read(8); }, kPageFault},
    {"read low memory", [] { read(0x7c00); }, kPageFault},
    {"read the screen", [] { read(0xb8000); }, kPageFault},
    {"read the local APIC", [] { read(0xfee00020); }, kPageFault},
    {"write the local APIC", [] { write(0xfee000b0); }, kPageFault},
    {"write the I/O APIC", [] { write(0xfec00000); }, kPageFault},
    {"read PCI configuration", [] { read(0xb0000000); }, kPageFault},
    {"read a device's registers", [] { read(0xfeb00000); }, kPageFault},
    {"read behind RAM", [] { read(1ull << 40); }, kPageFault},
    {"read the upper half", [] { read(0xffff800000000000); }, kPageFault | kProtection},
    {"read a non-canonical address", [] { read(1ull << 62); }, kProtection},
    {"jump to a non-canonical address", [] { jump(1ull << 62); }, kProtection},
    {"jump to address 0", [] { jump(0); }, kPageFault},
    {"spin without a call", spin, kWatchdog},
    {"spin with a watchdog of a nanosecond", spin_from_now_on<1>, kWatchdog},
    {"spin with a watchdog of a microsecond", spin_from_now_on<1000>, kWatchdog},
    {"abort", [] { std::abort(); }, kPanic},
};

}  // namespace

std::span<const Attack> accesses() { return kAttacks; }

}  // namespace escape
