// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the file system stands on: whole blocks of 4 KiB, and a flush. The library OS puts a volume behind it, the tool
// a file or device of the host, tests a disk that forgets.

#include <cstddef>
#include <cstdint>
#include <span>

namespace wick::wickfs {

inline constexpr std::size_t kBlockBytes = 4096;

/// Blocks one after the other.
struct Piece {
  std::uint64_t block;
  const void* from;
  std::size_t count;
};

/// Until flush() has answered, what was written may reach the medium in any order, in part, or not at all.
class Disk {
 public:
  /// @param count blocks, one after the other  @return whether all of them came
  [[nodiscard]] virtual bool read(std::uint64_t block, void* to, std::size_t count) = 0;
  [[nodiscard]] virtual bool write(std::uint64_t block, const void* from, std::size_t count) = 0;
  /// All of them, in any order: a disk that can has them under way at the same time.
  [[nodiscard]] virtual bool write_all(std::span<const Piece> pieces) {
    for (const Piece& piece : pieces) {
      if (!write(piece.block, piece.from, piece.count)) return false;
    }
    return true;
  }
  /// Everything written before is durable when this has answered true.
  [[nodiscard]] virtual bool flush() = 0;

  virtual std::uint64_t blocks() const = 0;  ///< whole ones
  virtual bool read_only() const = 0;

 protected:
  ~Disk() = default;
};

}  // namespace wick::wickfs
