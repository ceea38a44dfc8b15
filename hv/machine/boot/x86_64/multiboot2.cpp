// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The multiboot2 information structure (Multiboot2 Specification 2.0, §3.6): what GRUB hands over.

#include "machine/boot/loaders.h"

namespace wick::hv {
namespace {

constexpr std::uint32_t kMagic = 0x36d76289;

enum class TagType : std::uint32_t {
  end = 0,
  command_line = 1,
  module = 3,
  memory_map = 6,
  acpi_old = 14,
  acpi_new = 15
};

constexpr std::uint32_t kHeadBytes = 8, kMapHeadBytes = 16;  // of a tag, and of one with a memory map

Status read(std::uint32_t magic, Gpa information, Boot& boot) {
  if (magic != kMagic) return Status::bad_argument;
  const std::uint64_t start = raw(information);
  const auto word = [&](std::uint64_t offset) { return *at<std::uint32_t>(start + offset); };
  const std::uint32_t total = word(0);
  for (std::uint32_t tag = kHeadBytes; tag + kHeadBytes <= total;) {
    const std::uint32_t size = word(tag + 4), payload = tag + kHeadBytes;
    if (size < kHeadBytes || size > total - tag) return Status::bad_argument;
    switch (static_cast<TagType>(word(tag))) {
      case TagType::end:
        return Status::ok;
      case TagType::command_line:
        boot.command_line = at<char>(start + payload);
        break;
      case TagType::module:  // start and end
        if (boot.module.length == 0) boot.module = {Gpa{word(payload)}, word(payload + 4) - word(payload)};
        break;
      case TagType::acpi_old:
        if (raw(boot.rsdp)) break;  // the new one has come before: it knows 64-bit addresses
        [[fallthrough]];
      case TagType::acpi_new:
        boot.rsdp = Gpa{start + payload};
        break;
      case TagType::memory_map: {
        const std::uint32_t entry = word(payload);
        if (entry < sizeof(MapEntry) || entry > size) return Status::bad_argument;
        for (std::uint32_t next = kMapHeadBytes; next + entry <= size; next += entry)
          add_ram(boot, *at<MapEntry>(start + tag + next));
        break;
      }
      default:
        break;
    }
    tag += (size + 7) & ~7u;
  }
  return Status::bad_argument;
}

WICK_REGISTERED("loaders.2") constexpr Loader loader = {Interface::multiboot2, read};

}  // namespace
}  // namespace wick::hv
