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
constinit std::uint32_t current_life = 0;

}  // namespace

void begin_lives(const GenerationEntry* of_boot_info) {
  generation = of_boot_info;
  if (generation) seen = *generation;
}

/// A return takes memory back, and with it what was seen and the number, but not BootInfo.
std::uint32_t life() {
  const volatile auto* now = generation;
  if (now && (now->id[0] != seen.id[0] || now->id[1] != seen.id[1])) {
    seen = {{now->id[0], now->id[1]}};
    ++current_life;
    if (wick_net_begin_life) wick_net_begin_life();
  }
  return current_life;
}

}  // namespace wick::boot

extern "C" std::uint32_t wick_life() { return wick::boot::life(); }
