// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "machine/boot_info.h"

#include "arch/instructions.h"
#include "arch/random.h"
#include "guest/boot_info_writer.h"
#include "machine/crash_page.h"
#include "platform/clock.h"
#include "platform/platform.h"

extern "C" const char wick_image_start[], wick_build_id_note[];
extern "C" char wick_image_end[];

namespace wick::hv {
namespace {

[[gnu::section(".bss.hv.given")]] alignas(4096) std::uint8_t page[BootInfoWriter::kCapacity];

/// 32 bytes of the processor's; without RDRAND there is no seed entry, and the guest says so.
void add_seed(BootInfoWriter& writer) {
  std::uint64_t seed[4];
  for (auto& word : seed) {
    const auto random = hardware_random();
    if (!ok(random.status)) return;
    word = random.value;
  }
  writer.add(BootTag::seed, seed);
}

/// Without RDRAND there is the time, at which no other life on this machine begins.
GenerationEntry new_generation() {
  const auto one = hardware_random(), other = hardware_random();
  if (ok(one.status) && ok(other.status)) return {{one.value, other.value}};
  return {{raw(read_tsc()), platform->wall_clock()}};
}

}  // namespace

Status write_boot_info(const Boot& boot, const Given& given) {
  BootInfoWriter writer(page);
  writer.add(BootTag::generation, new_generation());
  if (given.dma.length) writer.add(BootTag::memory, MemoryEntry{given.dma.start, given.dma.length, MemoryKind::dma, 0});
  writer.add(BootTag::memory, MemoryEntry{given.heap.start, given.heap.length, MemoryKind::heap, 0});
  writer.add(BootTag::pages, PagesEntry{gpa_of(&clock_page), given.event_page, gpa_of(&crash_page)});
  writer.add(BootTag::platform, PlatformEntry{given.wall, platform->id, 1, boot.interfaces, boot.tsc_hz});
  if (given.restart) writer.add(BootTag::restart, *given.restart);
  ImageEntry image{gpa_of(wick_image_start), static_cast<std::uint64_t>(wick_image_end - wick_image_start), {}, 0};
  __builtin_memcpy(image.build_id, wick_build_id_note + 16, sizeof image.build_id);
  writer.add(BootTag::image, image);
  add_seed(writer);
  for (const auto& device : boot.devices) writer.add(BootTag::device, device);
  writer.add(BootTag::command_line, boot.command_line.data(), boot.command_line.size());
  if (boot.module.length) writer.add(BootTag::configuration, BlobEntry{boot.module.start, boot.module.length});
  return writer.finish();
}

const BootInfo* boot_info() { return reinterpret_cast<const BootInfo*>(page); }

}  // namespace wick::hv
