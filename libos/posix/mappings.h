// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What mmap() has given and munmap() has not taken back. There is no paging behind it: a mapping is memory of the heap,
// given back when its last page is; a shared one of a file is a copy that is written back.

#include <cstddef>
#include <cstdint>

#include "abi/types.h"
#include "fs/descriptors.h"

namespace wick::posix {

struct Mapping {
  char* start;
  std::size_t bytes;       ///< whole pages
  std::size_t live;        ///< pages that are mapped still
  fs::FileReference file;  ///< to write back to; empty for private ones
  std::uint64_t offset;
  Mapping* next;
  bool anonymous;

  /// Bit n: page n is mapped still. Stands behind the structure.
  std::uint64_t* bits() { return reinterpret_cast<std::uint64_t*>(this + 1); }
  bool has(std::size_t page) { return (bits()[page / 64] >> (page % 64) & 1) != 0; }
  bool contains(const char* address) const { return address >= start && address < start + bytes; }
  /// Writes bytes of a shared mapping back. @return 0 or a negative errno
  fs::Outcome write_back(std::size_t from, std::size_t to);
};

/// The mapping that an address lies in, or null.
Mapping* find_mapping(const void* address);

/// Makes one of zeroes. @return null without memory
Mapping* make_mapping(std::size_t bytes);

/// @return 0 or a negative errno, of writing back
fs::Outcome unmap(void* address, std::size_t bytes);

}  // namespace wick::posix
