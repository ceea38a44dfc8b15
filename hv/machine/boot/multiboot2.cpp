// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The multiboot2 information structure (Multiboot2 Specification 2.0, §3.6): what GRUB hands over.

#include "machine/boot/loaders.h"

namespace wick::hv {
namespace {

struct Tag {
  std::uint32_t type, size;
};
static_assert(sizeof(Tag) == 8);

enum class TagType : std::uint32_t {
  end = 0,
  command_line = 1,
  module = 3,
  memory_map = 6,
  acpi_old = 14,
  acpi_new = 15
};

struct MapHeader {
  Tag tag;
  std::uint32_t entry_size, entry_version;
};
static_assert(sizeof(MapHeader) == 16);

struct ModuleTag {
  Tag tag;
  std::uint32_t start, end;
};
static_assert(sizeof(ModuleTag) == 16);

}  // namespace

Status read_multiboot2(Gpa information, Boot& boot) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(raw(information));
  const std::uint32_t total = *reinterpret_cast<const std::uint32_t*>(bytes);
  boot.use(Interface::multiboot2);
  for (std::uint32_t offset = 8; offset + sizeof(Tag) <= total;) {
    const auto& tag = *reinterpret_cast<const Tag*>(bytes + offset);
    const auto* payload = bytes + offset + sizeof(Tag);
    if (tag.size < sizeof(Tag)) return Status::bad_argument;
    switch (static_cast<TagType>(tag.type)) {
      case TagType::end:
        return Status::ok;
      case TagType::command_line:
        boot.command_line = reinterpret_cast<const char*>(payload);
        break;
      case TagType::module: {
        const auto& module = reinterpret_cast<const ModuleTag&>(tag);
        if (boot.module.length == 0) boot.module = {Gpa{module.start}, module.end - module.start};
        break;
      }
      case TagType::acpi_old:
        if (raw(boot.rsdp)) break;  // the new one has come before: it knows 64-bit addresses
        [[fallthrough]];
      case TagType::acpi_new:
        boot.rsdp = Gpa{reinterpret_cast<std::uint64_t>(payload)};
        break;
      case TagType::memory_map: {
        const auto& map = reinterpret_cast<const MapHeader&>(tag);
        if (map.entry_size < sizeof(MapEntry)) return Status::bad_argument;
        for (std::uint32_t at = sizeof(MapHeader); at + map.entry_size <= tag.size; at += map.entry_size)
          add_ram(boot, *reinterpret_cast<const MapEntry*>(bytes + offset + at));
        break;
      }
      default:
        break;
    }
    offset += (tag.size + 7) & ~7u;
  }
  return Status::bad_argument;
}

}  // namespace wick::hv
