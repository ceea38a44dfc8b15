// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A block device as one file: reads and writes at any byte, blocking, through a buffer that the device may reach. The
// device moves whole blocks only, of 512 bytes or more: of those written in part the rest is read first.

#include "class/access.h"
#include "class/block.h"
#include "fs/file_system.h"
#include "sched/mutex.h"

namespace wick::fs {

/// One disk. Many files may be open on it.
class Volume {
 public:
  /// @return what keeps it from being used; nullptr: nothing
  [[nodiscard]] const char* start(drivers::Block& device, drivers::DmaPool& pool);

  Outcome read(void* to, std::size_t bytes, std::uint64_t offset);
  Outcome write(const void* from, std::size_t bytes, std::uint64_t offset);
  Outcome flush();

  std::uint64_t size() const { return info_.sectors * drivers::kSectorBytes; }
  std::uint32_t block_size() const { return info_.block_size; }
  std::uint64_t unreachable() const { return unreachable_; }  ///< bytes at the disk's end that are no whole block
  bool read_only() const { return info_.read_only; }

 private:
  /// The whole blocks that the next piece of a transfer touches, as far as the buffer goes.
  struct Piece {
    std::uint64_t sector;
    std::uint32_t length;  ///< bytes of the blocks
    std::uint32_t skip;    ///< bytes of the first block before the piece
    std::uint32_t count;   ///< bytes of the piece
  };
  Piece next_piece(std::size_t bytes, std::uint64_t offset) const;

  /// Runs one request to its end; other threads run meanwhile.
  Status run(drivers::BlockOperation operation, std::uint64_t sector, std::uint32_t length);

  drivers::Block* device_ = nullptr;
  drivers::BlockInfo info_{};
  std::uint64_t unreachable_ = 0;
  std::uint8_t* buffer_ = nullptr;
  std::uint32_t buffer_bytes_ = drivers::kVolumeBuffer;  ///< whole blocks
  sched::RecursiveMutex mutex_;                          // one transfer at a time owns the buffer
};

}  // namespace wick::fs
