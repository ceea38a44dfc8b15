// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// [memory]: the budget. Whether the image itself fits is known only after linking; `wick compose` checks that.

#include <fmt/format.h>

#include "abi/types.h"
#include "base/text.h"
#include "manifest/devices.h"
#include "manifest/sections.h"
#include "manifest/values.h"

namespace wick::tool {
namespace {

constexpr std::uint64_t kKiB = 1024, kMiB = 1024 * kKiB, kGiB = 1024 * kMiB;

/// Reads a size of a range, a whole number of pages.
void read_size(Table& section, const std::string& key, std::uint64_t least, std::uint64_t most, std::uint64_t& to) {
  auto text = section.string(key);
  if (!text) return;
  auto size = parse_size(text->value);
  if (!size) {
    section.faults().add(text->place, fmt::format("memory.{} \"{}\" is not a size.", key, text->value),
                         "write a number with K, M or G behind it, for example \"64M\".");
  } else if (*size < least || *size > most) {
    section.faults().add(text->place,
                         fmt::format("memory.{} must be between {} and {}, not {}.", key, human_size(least),
                                     human_size(most), human_size(*size)),
                         "choose a size of that range, or leave the key out for the default.");
  } else if (*size % kPage != 0) {
    section.faults().add(text->place,
                         fmt::format("memory.{} must be a whole number of 4 KiB pages, not {} bytes.", key, *size),
                         fmt::format("the next one is \"{}K\".", (*size / kPage + 1) * 4));
  } else {
    to = *size;
  }
}

}  // namespace

void read_memory(Table& root, Manifest& manifest) {
  Memory& memory = manifest.memory;
  memory = {.size = 64 * kMiB,
            .stack = 128 * kKiB,
            .thread_stack = 128 * kKiB,
            .heap = 256 * kKiB,
            .dma = dma_needed(manifest)};
  auto section = root.table("memory");
  if (!section) return;
  read_size(*section, "size", 2 * kMiB, 64 * kGiB, memory.size);
  read_size(*section, "stack", 16 * kKiB, 256 * kMiB, memory.stack);
  read_size(*section, "thread_stack", 16 * kKiB, 256 * kMiB, memory.thread_stack);
  read_size(*section, "heap", 0, 64 * kGiB, memory.heap);
  read_size(*section, "dma", 0, 4 * kGiB, memory.dma);
  std::uint64_t sum = memory.stack + memory.heap + memory.dma;
  if (sum >= memory.size) {
    Place place = section->node("size") ? Table::place_of(*section->node("size")) : section->place();
    root.faults().add(
        place,
        fmt::format("Stack ({}), heap ({}) and DMA pool ({}) leave nothing of memory.size ({}) for the image.",
                    human_size(memory.stack), human_size(memory.heap), human_size(memory.dma), human_size(memory.size)),
        "raise memory.size or lower the others.");
  }
  section->finish();
}

}  // namespace wick::tool
