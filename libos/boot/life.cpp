// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See checkpoint.h.

#include <wick/checkpoint.h>

#include "abi/bootinfo.h"
#include "boot/checkpoint.h"

/// Where there is a network (net/random.cpp).
extern "C" [[gnu::weak]] void wick_net_begin_life();

namespace wick::boot {

namespace {

constinit const GenerationEntry* generation = nullptr;
constinit GenerationEntry seen{};
constinit std::uint32_t current_life = 0, current_returns = 0;

}  // namespace

void begin_lives(const GenerationEntry* of_boot_info) {
  generation = of_boot_info;
  if (generation) seen = *generation;
}

/// A return takes memory back, and with it what was seen and the number, but not BootInfo.
std::uint32_t life() {
  const volatile auto* now = generation;
  if (now && (now->copy != seen.copy || now->memory != seen.memory)) {
    if (now->memory != seen.memory) ++current_returns;
    seen = {now->copy, now->memory};
    ++current_life;
    if (wick_net_begin_life) wick_net_begin_life();
  }
  return current_life;
}

std::uint32_t returns() {
  (void)life();
  return current_returns;
}

}  // namespace wick::boot

extern "C" std::uint32_t wick_life() { return wick::boot::life(); }
