// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A block device as one file: reads and writes at any byte, blocking, through a buffer that the device may reach.

#include "class/access.h"
#include "class/block.h"
#include "fs/file_system.h"
#include "sched/mutex.h"

namespace wick::fs {

/// One disk. Many files may be open on it.
class Volume {
 public:
  /// @return false when the DMA pool has no room for the buffer
  bool start(drivers::Block& device, drivers::DmaPool& pool);

  Outcome read(void* to, std::size_t bytes, std::uint64_t offset);
  Outcome write(const void* from, std::size_t bytes, std::uint64_t offset);
  Outcome flush();

  std::uint64_t size() const { return info_.sectors * kSectorBytes; }
  bool read_only() const { return info_.read_only; }

 private:
  static constexpr std::uint32_t kSectorBytes = 512;
  static constexpr std::uint32_t kBufferBytes = 32 * 1024;

  /// The whole sectors that the next piece of a transfer touches, as far as the buffer goes.
  struct Piece {
    std::uint64_t sector;
    std::uint32_t length;  ///< bytes of the sectors
    std::uint32_t skip;    ///< bytes of the first sector before the piece
    std::uint32_t count;   ///< bytes of the piece
  };
  Piece next_piece(std::size_t bytes, std::uint64_t offset) const;

  /// Runs one request to its end; other threads run meanwhile.
  Status run(drivers::BlockOperation operation, std::uint64_t sector, std::uint32_t length);

  drivers::Block* device_ = nullptr;
  drivers::BlockInfo info_{};
  std::uint8_t* buffer_ = nullptr;
  sched::RecursiveMutex mutex_;  // one transfer at a time owns the buffer
};

}  // namespace wick::fs
