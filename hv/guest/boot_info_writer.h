// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// BootInfo, written once for every wall: what it says, and how it lies in its page: header, entries, end. Pure.

#include <cstddef>
#include <span>
#include <string_view>

#include "abi/bootinfo.h"
#include "base/memory.h"

namespace wick::hv {

class BootInfoWriter {
 public:
  static constexpr std::size_t kCapacity = kPage;

  /// @param page kCapacity bytes
  explicit BootInfoWriter(std::uint8_t* page) : page_(page) {}

  void add(BootTag tag, const void* payload, std::size_t length) {
    const std::size_t whole = sizeof(BootEntry) + ((length + 7) & ~7ull);
    if (used_ + whole > kCapacity) {
      full_ = true;
      return;
    }
    const BootEntry entry{tag, 0, static_cast<std::uint32_t>(length)};
    __builtin_memcpy(page_ + used_, &entry, sizeof entry);
    if (length) __builtin_memcpy(page_ + used_ + sizeof entry, payload, length);
    used_ += whole;
  }
  template <typename T>
  void add(BootTag tag, const T& payload) {
    add(tag, &payload, sizeof payload);
  }

  /// @return no_memory when something didn't fit
  Status finish() {
    add(BootTag::end, nullptr, 0);
    const BootInfo header{kBootInfoMagic, kAbiMajor, kAbiMinor, static_cast<std::uint32_t>(used_)};
    __builtin_memcpy(page_, &header, sizeof header);
    return full_ ? Status::no_memory : Status::ok;
  }

 private:
  std::uint8_t* page_;
  std::size_t used_ = sizeof(BootInfo);
  bool full_ = false;
};

/// What a guest is told at the start of each life. What has no length isn't told.
struct BootFacts {
  GenerationEntry generation{};
  MemoryRange dma{}, heap{};
  std::span<const MemoryRange> more_heap{};  ///< above it, ascending
  PagesEntry pages{};
  PlatformEntry platform{};
  RestartEntry restart{};  ///< `last_crash` is the page's address whatever `count`; 0: nobody restarts this guest
  ImageEntry image{};
  std::span<const std::uint8_t> seed{};
  std::span<const DeviceEntry> devices{};
  std::string_view command_line{};
  MemoryRange configuration{};
};

/// @param page BootInfoWriter::kCapacity bytes  @return no_memory when the facts don't fit there
inline Status write_boot_info(std::uint8_t* page, const BootFacts& facts) {
  BootInfoWriter writer(page);
  const auto add_memory = [&](const MemoryRange& range, MemoryKind kind) {
    if (range.length) writer.add(BootTag::memory, MemoryEntry{range.start, range.length, kind, 0});
  };
  writer.add(BootTag::generation, facts.generation);  // the first of all
  add_memory(facts.dma, MemoryKind::dma);
  add_memory(facts.heap, MemoryKind::heap);
  for (const auto& range : facts.more_heap) add_memory(range, MemoryKind::heap);
  writer.add(BootTag::pages, facts.pages);
  writer.add(BootTag::platform, facts.platform);
  const auto [count, last_crash] = facts.restart;
  if (raw(last_crash)) writer.add(BootTag::restart, RestartEntry{count, count ? last_crash : Gpa{0}});
  writer.add(BootTag::image, facts.image);
  if (!facts.seed.empty()) writer.add(BootTag::seed, facts.seed.data(), facts.seed.size());
  for (const auto& device : facts.devices) writer.add(BootTag::device, device);
  writer.add(BootTag::command_line, facts.command_line.data(), facts.command_line.size());
  const auto& blob = facts.configuration;
  if (blob.length) writer.add(BootTag::configuration, BlobEntry{blob.start, blob.length});
  return writer.finish();
}

}  // namespace wick::hv
