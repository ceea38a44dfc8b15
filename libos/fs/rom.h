// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The read-only root file system: files embedded by the manifest, as a table sorted by path that the tool generates.
// Their bytes stay where the linker put them; opening a file or mapping it copies nothing.

#include <sys/stat.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "wick/files.h"

namespace wick::fs {

struct RomEntry {
  const char* path;  ///< absolute and normal: "/", "/www", "/www/index.html"
  const void* data;
  std::uint64_t size;
  std::uint32_t mode;  ///< S_IFDIR|0555 or S_IFREG|0444
  std::uint32_t crc;   ///< CRC-32 of the content
};
static_assert(sizeof(RomEntry) == 32);

/// A table of entries, sorted bytewise by path, directories included.
class Rom {
 public:
  constexpr explicit Rom(std::span<const RomEntry> entries) : entries_(entries) {}

  /// @param path normal (see fs/path.h)  @return nullptr when there is no such file or directory
  const RomEntry* find(std::string_view path) const;

  /// The entry after `previous` (the first for nullptr) directly inside of directory `path`.
  const RomEntry* next_child(std::string_view path, const RomEntry* previous) const;

  std::span<const RomEntry> entries() const { return entries_; }

 private:
  std::size_t lower_bound(std::string_view path) const;
  std::span<const RomEntry> entries_;
};

/// This image's embedded files, and what the boot has added to them.
Rom rom();

/// Whether `entry` is a directory.
bool is_directory(const RomEntry& entry);

}  // namespace wick::fs

extern "C" const wick::fs::RomEntry wick_rom_entries[];
extern "C" const std::uint64_t wick_rom_count;
