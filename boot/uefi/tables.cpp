// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The stage's own page tables (Intel SDM volume 3, §4.5): the first GiB, identically, and the 2 MiB with the code that
// switches to them, wherever the firmware put that. The firmware's own tables may lie where the payload goes.

#include "uefi/stage.h"

extern "C" {
extern const uint8_t hand_over_code[], hand_over_code_end[];
/// @param tables for CR3, of as many levels as the firmware has
[[noreturn]] void hand_over(const void* tables, const void* code, const uint8_t* file);
}

namespace wick::uefi {
namespace {

constexpr uint64_t kTable = 3, kLarge = 0x83, kLargePage = 2 << 20;  // present, writable; large
constexpr uint64_t kFiveLevels = 1 << 12;                            // CR4.LA57

void link(uint64_t& entry, const void* table) {
  if (!entry) entry = reinterpret_cast<uint64_t>(table) | kTable;
}

template <typename T>
T* follow(uint64_t entry) {
  return reinterpret_cast<T*>(entry & ~(kPage - 1));
}

uint64_t five_levels() {
  uint64_t cr4;
  asm volatile("movq %%cr4, %0" : "=r"(cr4));
  return cr4 & kFiveLevels;
}

}  // namespace

void prepare(HandOver& to) {
  __builtin_memset(&to, 0, sizeof to);
  __builtin_memcpy(to.code, hand_over_code, static_cast<size_t>(hand_over_code_end - hand_over_code));
  for (uint64_t i = 0; i < 512; ++i) to.first_pd[i] = i * kLargePage | kLarge;
  link(to.first_pdpt[0], to.first_pd);
  link(to.pml4[0], to.first_pdpt);
  link(to.pml5[0], to.pml4);

  const auto here = reinterpret_cast<uint64_t>(&hand_over);
  auto& high = to.pml4[here >> 39 & 511];
  link(high, to.pdpt);
  auto& middle = follow<uint64_t>(high)[here >> 30 & 511];
  link(middle, to.pd);
  follow<uint64_t>(middle)[here >> 21 & 511] = (here & ~(kLargePage - 1)) | kLarge;
}

void start(HandOver& prepared, const uint8_t* file) {
  hand_over(five_levels() ? prepared.pml5 : prepared.pml4, prepared.code, file);
}

}  // namespace wick::uefi
