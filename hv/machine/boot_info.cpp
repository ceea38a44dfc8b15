// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "machine/boot_info.h"

#include <algorithm>

#include "machine/hardware.h"
#include "platform/platform.h"
#include "platform/print.h"

extern "C" const char wick_image_start[], wick_image_end[];

namespace wick::hv {
namespace {

[[gnu::section(".bss.hv.read_only")]] alignas(kPage) std::uint8_t page[BootInfoWriter::kCapacity];

/// Random words of the processor's. @return false without RDRAND
bool fill_random(std::span<std::uint64_t> words) {
  return std::ranges::all_of(words, [](std::uint64_t& word) {
    const auto random = hardware_random();
    word = random.value;
    return ok(random.status);
  });
}

}  // namespace

void write_boot_info(const Boot& boot, Wall wall, const EventPage& events, MemoryRange dma, MemoryRange heap,
                     RestartEntry restart) {
  std::uint64_t seed[4];  // without RDRAND there is no seed entry, and the guest says so
  const std::size_t seed_bytes = fill_random(seed) ? sizeof seed : 0;
  GenerationEntry generation;
  // Without RDRAND there is the time, at which no other life on this machine begins.
  if (!fill_random({&generation.copy, 2})) generation = {raw(read_tsc()), platform->wall_clock()};
  ImageEntry image{gpa_of(wick_image_start), static_cast<std::uint64_t>(wick_image_end - wick_image_start), {}, 0};
  std::ranges::copy(Hardware::build_id(), image.build_id);
  const BootFacts facts{.generation = generation,
                        .dma = dma,
                        .heap = heap,
                        .more_heap = {boot.more_memory.begin(), boot.more_memory.end()},
                        .pages = {gpa_of(&clock_page), gpa_of(&events), gpa_of(&Hardware::crash_page())},
                        .platform = {wall, platform->id, 1, boot.interfaces, boot.tsc_hz},
                        .restart = restart,
                        .image = image,
                        .seed = {reinterpret_cast<const std::uint8_t*>(seed), seed_bytes},
                        .devices = {boot.devices.begin(), boot.devices.end()},
                        .command_line = boot.command_line,
                        .configuration = boot.module};
  if (!ok(write_boot_info(page, facts))) refuse("the boot information doesn't fit into its page");
}

const BootInfo* boot_info() { return reinterpret_cast<const BootInfo*>(page); }

}  // namespace wick::hv
