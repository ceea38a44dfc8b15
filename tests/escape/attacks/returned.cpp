// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The same for lives that begin at the checkpoint: each must find what it kept, and nothing of what came after it.

#include <errno.h>
#include <wick/checkpoint.h>
#include <wick/crash.h>

#include <cstdlib>
#include <cstring>

#include "abi/call.h"
#include "access.h"
#include "lives.h"

namespace escape {
namespace {

using wick::Gpa;
using wick::Nanoseconds;

constexpr std::size_t kBytes = 300'000;
constexpr Nanoseconds kWatch{200'000'000};

alignas(4096) volatile std::uint8_t sealed_before[4096] = {1};
alignas(4096) volatile std::uint8_t sealed_after[4096] = {1};
std::uint8_t* kept = nullptr;

/// Whole pages of it.
std::uint64_t within_kept() { return (at(kept) + 4095) & ~4095ull; }

bool kept_is_kept() {
  for (std::size_t i = 0; i < kBytes; ++i)
    if (kept[i] != 0xa5) return false;
  return true;
}

/// Whoever took the guest over moves the checkpoint behind itself.
[[noreturn]] void stay_for_good() {
  std::memset(kept, 0x66, kBytes);
  if (wick_checkpoint() != -1 || errno != EPERM) asm volatile("ud2");
  std::abort();
}
[[noreturn]] void scribble() {
  std::memset(kept, 0x77, kBytes);
  auto* more = static_cast<std::uint8_t*>(std::malloc(kBytes));
  std::memset(more, 0x77, kBytes);
  keep_written(more);
  std::abort();
}
[[noreturn]] void seal_more() {
  (void)wick_call_seal(Gpa{at(sealed_after)}, 4096);
  (void)wick_call_seal(Gpa{within_kept()}, 64 << 10);
  std::abort();
}
bool later_seals_are_gone() {
  sealed_after[3] = 4;
  *reinterpret_cast<Byte*>(within_kept()) = 0xa5;
  return sealed_after[3] == 4;
}

const Attack kReturned[] = {
    {"writing over what a checkpoint keeps", scribble, kPanic, kept_is_kept},
    {"a second checkpoint, to stay for good", stay_for_good, kPanic, kept_is_kept},
    {"random numbers that a return draws again", [] { leave_random_numbers(), std::abort(); }, kPanic,
     random_numbers_differ},
    {"a seal that outlives the return", seal_more, kPanic, later_seals_are_gone},
    {"writing what was sealed at the checkpoint", [] { write(at(sealed_before)); }, kPageFault},
    {"hanging where the checkpoint had armed the watchdog",
     [] {
       for (;;) asm volatile("pause");
     },
     kWatchdog},
    {"a secret in registers for the return", die_with_full_registers, kUndefined, registers_are_clean},
};

}  // namespace

void begin_returning() {
  kept = static_cast<std::uint8_t*>(std::malloc(kBytes));
  std::memset(kept, 0xa5, kBytes);
  (void)wick_call_seal(Gpa{at(sealed_before)}, 4096);
  (void)wick_call_watchdog(kWatch);
  if (wick_checkpoint() < 0) std::abort();
}

std::span<const Attack> returned_attacks() { return kReturned; }

}  // namespace escape
