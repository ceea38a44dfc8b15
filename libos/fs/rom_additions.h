// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Files that the root file system has besides the embedded ones, known at boot: one table of both takes the place of
// the image's. Merging is host-testable.

#include "fs/rom.h"

namespace wick::fs {

/// Path, NUL-terminated, absolute and normal, and content stay with whoever adds it.
struct RomAddition {
  const char* path = nullptr;
  const void* data = nullptr;
  std::size_t bytes = 0;
  std::uint32_t mode = 0;  ///< rights alone
};

struct RomTable {
  RomEntry* entries = nullptr;  ///< of the heap, with the names of folders that had to be made
  std::size_t count = 0;
};

/// An addition takes the place of a file, not of a folder. @return nullptr, or why there is no table
[[nodiscard]] const char* merge(const Rom& rom, std::span<const RomAddition> additions, RomTable& table);

/// Gives back a table that isn't used.
void discard(RomTable& table);

/// Before any file is open. The table stays for good; an empty one changes nothing.
void use_as_root(const RomTable& table);

}  // namespace wick::fs
