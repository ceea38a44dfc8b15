// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See store.h.

#include "wickfs/store.h"

#include <cstring>

#include "wickfs/crc32c.h"

namespace wick::wickfs {

Error Store::read(std::uint64_t block, void* to, std::size_t count) {
  reads += count;
  return disk_.read(block, to, count) ? Error::none : Error::input_output;
}

Error Store::write(std::uint64_t block, const void* from, std::size_t count) {
  add(block, from, count);
  writes += count;
  return disk_.write(block, from, count) ? Error::none : Error::input_output;
}

Error Store::write_all(std::span<const Piece> pieces) {
  for (const Piece& piece : pieces) {
    add(piece.block, piece.from, piece.count);
    writes += piece.count;
  }
  return disk_.write_all(pieces) ? Error::none : Error::input_output;
}

Error Store::flush() {
  flushes++;
  if (!disk_.flush()) return Error::input_output;
  used_ = 0;
  listed_ = 0;
  incomplete_ = false;
  return Error::none;
}

bool Store::lists(std::uint64_t block, std::uint64_t count) const {
  for (std::uint32_t i = 0; i < used_; i++) {
    if (block < runs_[i].block + runs_[i].count && runs_[i].block < block + count) return true;
  }
  return false;
}

void Store::forget(std::uint64_t block, std::uint64_t count) { incomplete_ = incomplete_ || lists(block, count); }

void Store::add(std::uint64_t block, const void* from, std::size_t count) {
  if (incomplete_) return;
  if (listed_ + count > kMaxListed || lists(block, count)) {
    incomplete_ = true;
    return;
  }
  listed_ += count;
  if (used_ > 0) {
    Run& last = runs_[used_ - 1];
    if (last.block + last.count == block) {
      last.crc = crc32c(from, count * kBlockBytes, last.crc);
      last.count += static_cast<std::uint32_t>(count);
      return;
    }
  }
  if (used_ == kMaxRuns) {
    incomplete_ = true;
    return;
  }
  runs_[used_++] = {block, static_cast<std::uint32_t>(count), crc32c(from, count * kBlockBytes)};
}

void Store::list_into(Record& record) const {
  record.head.runs = used_;
  std::memcpy(record.runs, runs_, used_ * sizeof(Run));
}

}  // namespace wick::wickfs
