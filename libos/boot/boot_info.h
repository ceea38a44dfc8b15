// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Reads BootInfo, once, with suspicion: whatever is missing, too short or too new is told in one sentence. Afterwards
// the rest of libos uses the facts. Host-testable.

#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "abi/bootinfo.h"
#include "memory/heap.h"

namespace wick::boot {

struct Facts {
  const BootInfo* info = nullptr;
  PagesEntry pages{};
  PlatformEntry platform{};
  std::span<const std::uint8_t> seed;
  const GenerationEntry* generation = nullptr;  ///< hv writes it anew; null: an hv of before it
  std::string_view command_line;
  std::string_view configuration;  ///< the boot module's text
  MemoryEntry dma{};               ///< length 0 when there is none
};

/// Fills in `facts` and gives the heap's regions to `heap`. @return nullptr, or what is wrong
[[nodiscard]] const char* read(const BootInfo* info, Facts& facts, memory::Heap& heap);

/// This boot's facts, once wick_guest_start() has read them.
const Facts& facts();

/// BootInfo's seed as it is now: hv writes another one for each life. Empty when there is none.
std::span<const std::uint8_t> seed();

/// The payload of the first entry of the kind, empty when there is none. Only after read() was content, as the next.
std::span<const std::uint8_t> find(const BootInfo& info, BootTag tag);

/// Calls `visit(const Entry&)` for each entry of the kind.
template <typename Entry, typename Function>
void for_each(const BootInfo& info, BootTag tag, Function&& visit) {
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(&info);
  for (std::uint64_t at = sizeof(BootInfo); at + sizeof(BootEntry) <= info.size;) {
    BootEntry head;
    std::memcpy(&head, bytes + at, sizeof(head));
    if (head.tag == BootTag::end) return;
    if (head.tag == tag) visit(*reinterpret_cast<const Entry*>(bytes + at + sizeof(head)));
    at += sizeof(head) + ((std::uint64_t{head.length} + 7) & ~7ull);
  }
}

}  // namespace wick::boot
