// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The way to the disk. Lists what was written since the last flush, with checksums, for the record of the next commit:
// thereby record and blocks may go out in any order before one flush.

#include "wickfs/error.h"
#include "wickfs/format.h"

namespace wick::wickfs {

class Store {
 public:
  explicit Store(Disk& disk) : disk_(disk) {}

  Error read(std::uint64_t block, void* to, std::size_t count);
  Error write(std::uint64_t block, const void* from, std::size_t count);
  Error write_all(std::span<const Piece> pieces);
  Error flush();

  /// What was written there is garbage now: a list that has it can't be verified any more.
  void forget(std::uint64_t block, std::uint64_t count);

  /// Whether the list is not all that was written: a flush has to come before the record.
  bool incomplete() const { return incomplete_; }
  void list_into(Record& record) const;

  std::uint64_t reads = 0, writes = 0, flushes = 0;  ///< blocks, blocks, calls
  Disk& disk() const { return disk_; }

 private:
  bool lists(std::uint64_t block, std::uint64_t count) const;
  void add(std::uint64_t block, const void* from, std::size_t count);

  Disk& disk_;
  Run runs_[kMaxRuns];
  std::uint32_t used_ = 0;
  std::uint64_t listed_ = 0;  ///< blocks
  bool incomplete_ = false;
};

}  // namespace wick::wickfs
