// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See rom_additions.h.

#include "fs/rom_additions.h"

#include <cstdlib>
#include <cstring>

#include "abi/host/checksum.h"

namespace wick::fs {

namespace {

constexpr std::uint32_t kFolderMode = S_IFDIR | 0555;

/// How many entries and bytes of names the additions may ask for.
struct Room {
  std::size_t entries = 0, names = 0;
};

Room room_for(std::span<const RomAddition> additions) {
  Room room;
  for (const RomAddition& addition : additions) {
    const std::string_view path = addition.path;
    for (std::size_t slash = 0; slash != path.npos; slash = path.find('/', slash + 1)) {
      room.entries++;
      room.names += slash + 1;
    }
  }
  return room;
}

class Merger {
 public:
  Merger(RomTable& table, char* names) : table_(table), next_name_(names) {}

  const char* add(const RomAddition& addition) {
    const std::string_view path = addition.path;
    for (std::size_t slash = path.find('/', 1); slash != path.npos; slash = path.find('/', slash + 1)) {
      const std::string_view folder = path.substr(0, slash);
      if (const RomEntry* there = Rom({table_.entries, table_.count}).find(folder)) {
        if (!is_directory(*there)) return "a file is to be written below another one";
        continue;
      }
      insert({name(folder), nullptr, 0, kFolderMode, 0});
    }
    const std::string_view content(static_cast<const char*>(addition.data), addition.bytes);
    const RomEntry entry{addition.path, addition.bytes ? addition.data : nullptr, addition.bytes,
                         S_IFREG | addition.mode, crc32(content)};
    if (const RomEntry* there = Rom({table_.entries, table_.count}).find(path)) {
      if (is_directory(*there)) return "a file is to be written in a folder's place";
      table_.entries[there - table_.entries] = entry;
    } else {
      insert(entry);
    }
    return nullptr;
  }

 private:
  const char* name(std::string_view text) {
    char* const kept = next_name_;
    std::memcpy(kept, text.data(), text.size());
    kept[text.size()] = '\0';
    next_name_ += text.size() + 1;
    return kept;
  }

  void insert(const RomEntry& entry) {
    std::size_t at = table_.count++;
    for (; at && std::string_view(table_.entries[at - 1].path) > entry.path; at--)
      table_.entries[at] = table_.entries[at - 1];
    table_.entries[at] = entry;
  }

  RomTable& table_;
  char* next_name_;
};

}  // namespace

const char* merge(const Rom& rom, std::span<const RomAddition> additions, RomTable& table) {
  table = {};
  if (additions.empty()) return nullptr;
  const Room room = room_for(additions);
  const std::size_t entries = (rom.entries().size() + room.entries) * sizeof(RomEntry);
  auto* const bytes = static_cast<char*>(std::malloc(entries + room.names));
  if (!bytes) return "the heap is too small for the files";
  table = {reinterpret_cast<RomEntry*>(bytes), rom.entries().size()};
  if (table.count) std::memcpy(bytes, rom.entries().data(), rom.entries().size_bytes());
  Merger merger(table, bytes + entries);
  for (const RomAddition& addition : additions) {
    if (const char* wrong = merger.add(addition)) {
      discard(table);
      return wrong;
    }
  }
  return nullptr;
}

void discard(RomTable& table) {
  std::free(table.entries);
  table = {};
}

}  // namespace wick::fs
