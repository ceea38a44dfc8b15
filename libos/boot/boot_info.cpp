// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See boot_info.h.

#include "boot/boot_info.h"

namespace wick::boot {

namespace {

/// Copies a payload of at least this type's size. @return false when it is shorter
template <typename Entry>
bool copy(std::span<const std::uint8_t> payload, Entry& to) {
  if (payload.size() < sizeof(Entry)) return false;
  std::memcpy(&to, payload.data(), sizeof(Entry));
  return true;
}

std::string_view text(const void* start, std::uint64_t length) {
  return {static_cast<const char*>(start), static_cast<std::size_t>(length)};
}

const char* take_memory(std::span<const std::uint8_t> payload, Facts& facts, memory::Heap& heap) {
  MemoryEntry entry;
  if (!copy(payload, entry)) return "a memory entry of BootInfo is too short";
  if (entry.kind == MemoryKind::dma) {
    if (entry.length > facts.dma.length) facts.dma = entry;
    return nullptr;
  }
  if (entry.kind != MemoryKind::heap) return nullptr;
  const memory::Region region{raw(entry.start), raw(entry.start) + entry.length};
  return heap.add(region) ? nullptr : "the heap regions of BootInfo are too many or out of order";
}

const char* take_entry(const BootEntry& head, std::span<const std::uint8_t> payload, Facts& facts, memory::Heap& heap) {
  switch (head.tag) {
    case BootTag::memory:
      return take_memory(payload, facts, heap);
    case BootTag::device:
      return payload.size() < sizeof(DeviceEntry) ? "a device entry of BootInfo is too short" : nullptr;
    case BootTag::platform:
      return copy(payload, facts.platform) ? nullptr : "BootInfo's platform entry is too short";
    case BootTag::pages:
      return copy(payload, facts.pages) ? nullptr : "BootInfo's pages entry is too short";
    case BootTag::command_line:
      facts.command_line = text(payload.data(), payload.size());
      return nullptr;
    case BootTag::configuration: {
      BlobEntry blob;
      if (!copy(payload, blob)) return "BootInfo's configuration entry is too short";
      facts.configuration = text(reinterpret_cast<const void*>(raw(blob.start)), blob.length);
      return nullptr;
    }
    case BootTag::seed:
      if (payload.size() < 32) return "BootInfo's seed is too short";
      facts.seed = payload;
      return nullptr;
    case BootTag::restart:
      return payload.size() < sizeof(RestartEntry) ? "BootInfo's restart entry is too short" : nullptr;
    case BootTag::generation:
      if (payload.size() < sizeof(GenerationEntry)) return "BootInfo's generation entry is too short";
      facts.generation = reinterpret_cast<const GenerationEntry*>(payload.data());
      return nullptr;
    case BootTag::image:
    case BootTag::end:
      return nullptr;
  }
  return (head.flags & kTagRequired) ? "BootInfo has a required entry that this image does not know" : nullptr;
}

}  // namespace

const char* read(const BootInfo* info, Facts& facts, memory::Heap& heap) {
  if (!info || info->magic != kBootInfoMagic) return "BootInfo has a wrong magic number";
  if (info->major != kAbiMajor) return "the hypervisor speaks another major version of the contract";
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(info);
  facts.info = info;
  for (std::uint64_t at = sizeof(BootInfo); at + sizeof(BootEntry) <= info->size;) {
    BootEntry head;
    std::memcpy(&head, bytes + at, sizeof(head));
    at += sizeof(head);
    if (head.tag == BootTag::end) break;
    if (head.length > info->size - at) return "an entry of BootInfo leaves it";
    if (const char* wrong = take_entry(head, {bytes + at, head.length}, facts, heap)) return wrong;
    at += (std::uint64_t{head.length} + 7) & ~7ull;
  }
  if (heap.size() == 0) return "BootInfo names no heap memory";
  if (!raw(facts.pages.clock) || !raw(facts.pages.event) || !raw(facts.pages.crash)) {
    return "BootInfo lacks the clock, event or crash page";
  }
  return nullptr;
}

std::span<const std::uint8_t> find(const BootInfo& info, BootTag tag) {
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(&info);
  for (std::uint64_t at = sizeof(BootInfo); at + sizeof(BootEntry) <= info.size;) {
    BootEntry head;
    std::memcpy(&head, bytes + at, sizeof(head));
    at += sizeof(head);
    if (head.tag == tag) return {bytes + at, head.length};
    if (head.tag == BootTag::end) break;
    at += (std::uint64_t{head.length} + 7) & ~7ull;
  }
  return {};
}

}  // namespace wick::boot
