// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What callers see of files and directories.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace wick::wickfs {

/// A file's number; never used again on the same volume.
using Inode = std::uint64_t;
inline constexpr Inode kRoot = 1;

inline constexpr std::size_t kNameBytes = 255;
inline constexpr std::uint64_t kMaxFileBytes = std::uint64_t{1} << 46;

/// The bits of `mode` are POSIX's, as Linux has them.
inline constexpr std::uint32_t kModeType = 0170000, kModeDirectory = 0040000, kModeFile = 0100000,
                               kModeSocket = 0140000;
constexpr bool is_directory(std::uint32_t mode) { return (mode & kModeType) == kModeDirectory; }

struct Status {
  Inode inode;
  std::uint32_t mode;
  std::uint32_t links;     ///< names; 0: removed and still open
  std::uint64_t size;      ///< bytes; of a directory its entries
  std::uint64_t blocks;    ///< of 4 KiB, that hold content
  std::uint64_t modified;  ///< nanoseconds since 1970, as `changed` and `created`
  std::uint64_t changed;
  std::uint64_t created;
};

struct Entry {
  Inode inode;
  std::uint32_t type;  ///< a mode's type
  std::uint8_t length;
  char bytes[kNameBytes + 1];  ///< ends with a zero
  std::string_view name() const { return {bytes, length}; }
};

}  // namespace wick::wickfs
