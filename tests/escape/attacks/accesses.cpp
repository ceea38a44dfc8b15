// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Memory that is hv's, nobody's, or the guest's with fewer rights.

#include <cstdlib>
#include <cstring>

#include "abi/call.h"
#include "attack.h"
#include "boot/boot_info.h"

extern "C" {
extern char hv_entry_start[], hv_entry_data_start[], hv_drivers_start[], hv_stack_top[];
extern char wick_image_start[], wick_image_end[], wick_given_start[], wick_given_end[], wick_shared_start[],
    wick_stack_guard[], wick_guest_text_start[], wick_guest_rodata_start[];
}

namespace escape {
namespace {

using Byte = volatile std::uint8_t;

template <typename T>
std::uint64_t at(T* pointer) {
  return reinterpret_cast<std::uint64_t>(pointer);
}
[[gnu::noinline]] void read(std::uint64_t address) { (void)*reinterpret_cast<Byte*>(address); }
[[gnu::noinline]] void write(std::uint64_t address) { *reinterpret_cast<Byte*>(address) = 0xcc; }
[[gnu::noinline]] void jump(std::uint64_t address) { asm volatile("call *%0" ::"r"(address) : "memory"); }

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

void push_to(std::uint64_t stack) { asm volatile("movq %0, %%rsp; pushq $1" ::"r"(stack) : "memory"); }

void spin() {
  (void)wick_call_watchdog(wick::Nanoseconds{20'000'000});
  for (;;) asm volatile("");
}

void straddle() { (void)*reinterpret_cast<volatile std::uint64_t*>(at(wick_given_end) - 4); }

const Attack kAttacks[] = {
    {"read hv's text", [] { read(at(wick_image_start)); }, kPageFault},
    {"write hv's text", [] { write(at(wick_image_start)); }, kPageFault},
    {"read hv's entry code", [] { read(at(hv_entry_start)); }, kPageFault},
    {"write hv's entry code", [] { write(at(hv_entry_start)); }, kPageFault},
    {"jump to hv's entry code", [] { jump(at(hv_entry_start)); }, kPageFault},
    {"jump to hv's text", [] { jump(at(wick_image_start) + 0x40); }, kPageFault},
    {"read hv's constants", [] { read(at(hv_drivers_start)); }, kPageFault},
    {"read the descriptor tables", [] { read(at(hv_entry_data_start)); }, kPageFault},
    {"write the descriptor tables", [] { write(at(hv_entry_data_start)); }, kPageFault},
    {"write hv's stack", [] { write(at(hv_stack_top) - 64); }, kPageFault},
    {"read hv's data", [] { read(at(wick_given_end)); }, kPageFault},
    {"write hv's data", [] { write(at(wick_given_end)); }, kPageFault},
    {"read across the end of given memory", straddle, kPageFault},
    {"read hv's page tables", [] { read(at(wick_image_end)); }, kPageFault},
    {"write hv's page tables", [] { write(at(wick_image_end)); }, kPageFault},
    {"write the own page tables", [] { write(at(wick_image_end) + 0x10000); }, kPageFault},
    {"write BootInfo", [] { write(at(wick::boot::facts().info)); }, kPageFault},
    {"write the clock page", [] { write(raw(wick::boot::facts().pages.clock)); }, kPageFault},
    {"write what hv gives", [] { write(at(wick_given_start)); }, kPageFault},
    {"write the own text", [] { write(at(wick_guest_text_start)); }, kPageFault},
    {"write the own constants", [] { write(at(wick_guest_rodata_start)); }, kPageFault},
    {"execute data", [] { jump(at(code_page)); }, kPageFault},
    {"execute the heap", run_heap, kPageFault},
    {"execute the stack", run_stack, kPageFault},
    {"execute DMA memory", run_dma, kPageFault},
    {"execute the event page", [] { jump(at(wick_shared_start)); }, kPageFault},
    {"write a sealed page through a stale TLB", write_sealed, kPageFault},
    {"overflow the stack into its guard", fill_stack, kPageFault},
    {"write the stack's guard", [] { write(at(wick_stack_guard)); }, kPageFault},
    {"push onto hv's stack", [] { push_to(at(hv_stack_top)); }, kPageFault},
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
    {"abort", [] { std::abort(); }, kPanic},
};

}  // namespace

std::span<const Attack> accesses() { return kAttacks; }

}  // namespace escape
