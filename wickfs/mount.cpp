// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See volume.h: what a disk holds, and which of its commits counts.

#include <algorithm>
#include <cstring>

#include "wickfs/crc32c.h"
#include "wickfs/volume.h"

namespace wick::wickfs {

namespace {

bool is_zero(const std::byte* block) {
  return std::all_of(block, block + kBlockBytes, [](std::byte byte) { return byte == std::byte{0}; });
}

/// @return none, foreign, or newer: what can't be read
Error judge(const Superblock& found) {
  if (found.magic != kSuperblockMagic) return Error::foreign;
  if (found.version > kVersion) return Error::newer;
  Superblock copy = found;
  copy.crc = 0;
  if (crc32c(&copy, sizeof copy) != found.crc) return Error::corrupt;
  if (found.required != 0 || found.version != kVersion || found.block_bytes != kBlockBytes) return Error::newer;
  return Error::none;
}

/// Of an interrupted format() a record may stand alone.
bool is_record(const std::byte* block) {
  std::uint64_t magic;
  std::memcpy(&magic, block, sizeof magic);
  return magic == kRecordMagic;
}

bool whole(Record& record, const Superblock& super) {
  const std::uint32_t crc = record.head.crc;
  record.head.crc = 0;
  const bool good = record.head.magic == kRecordMagic && crc32c(&record, sizeof record) == crc;
  record.head.crc = crc;
  return good && record.head.runs <= kMaxRuns && record.head.identity[0] == super.identity[0] &&
         record.head.identity[1] == super.identity[1];
}

}  // namespace

Error Volume::probe(Disk& disk) {
  if (disk.blocks() < kHeadBlocks) return Error::too_small;
  alignas(8) std::byte block[kBlockBytes];
  Superblock super;
  for (std::uint64_t at = 0; at < kHeadBlocks; at++) {
    if (!disk.read(at, block, 1)) return Error::input_output;
    std::memcpy(&super, block, sizeof super);
    if ((at == 0 || at == kSuperblockCopy) && super.magic == kSuperblockMagic) {
      const Error known = judge(super);
      return known == Error::corrupt && at == 0 ? Error::none : known;  // mount() looks at the copy
    }
    if (!is_zero(block) && !is_record(block)) return Error::foreign;
  }
  return Error::empty;
}

/// The copy counts where the first is damaged, and where a power cut in format() left the first unwritten.
Error Volume::read_superblock() {
  alignas(8) std::byte block[kBlockBytes];
  for (const std::uint64_t at : {std::uint64_t{0}, kSuperblockCopy}) {
    if (!disk_.read(at, block, 1)) return Error::input_output;
    std::memcpy(&super_, block, sizeof super_);
    const Error known = judge(super_);
    if (known != Error::corrupt && (at > 0 || !is_zero(block))) return known;
  }
  return damaged(kSuperblockCopy, 0, "the superblock and its copy");
}

Error Volume::read_record(std::uint64_t generation, bool& good) {
  const std::uint64_t at = kRingStart + generation % kRingBlocks;
  if (const Error wrong = store_.read(at, &record_, 1); !ok(wrong)) return wrong;
  good = whole(record_, super_) && record_.head.generation == generation;
  return Error::none;
}

Error Volume::newest_record(std::uint64_t& generation) {
  generation = 0;
  for (std::uint64_t at = 0; at < kRingBlocks;) {
    const std::uint64_t count = std::min<std::uint64_t>(cache_.gather_blocks(), kRingBlocks - at);
    if (const Error wrong = store_.read(kRingStart + at, cache_.gather(), count); !ok(wrong)) return wrong;
    for (std::uint64_t i = 0; i < count; i++) {
      auto& record = *reinterpret_cast<Record*>(cache_.gather() + i * kBlockBytes);
      if (!whole(record, super_) || record.head.generation % kRingBlocks != at + i) continue;
      generation = std::max(generation, record.head.generation);
    }
    at += count;
  }
  return generation > 0 ? Error::none : damaged(kRingStart, 0, "no commit record is whole");
}

Error Volume::verify_runs(bool& good) {
  good = true;
  for (std::uint32_t i = 0; good && i < record_.head.runs; i++) {
    const Run& run = record_.runs[i];
    std::uint32_t crc = 0;
    good = run.block < record_.head.blocks && run.count <= record_.head.blocks - run.block && run.count <= kMaxListed;
    for (std::uint64_t at = 0; good && at < run.count;) {
      const std::uint64_t count = std::min<std::uint64_t>(cache_.gather_blocks(), run.count - at);
      if (const Error wrong = store_.read(run.block + at, cache_.gather(), count); !ok(wrong)) return wrong;
      crc = crc32c(cache_.gather(), count * kBlockBytes, crc);
      at += count;
    }
    good = good && crc == run.crc;
  }
  return Error::none;
}

/// A record whose blocks aren't all there was never acknowledged: the one before it was flushed whole, and the blocks
/// that it has were not written over.
Error Volume::mount(bool read_only) {
  read_only_ = read_only;
  if (const Error wrong = read_superblock(); !ok(wrong)) return wrong;
  if (!read_only && disk_.read_only()) return Error::read_only;
  if (!read_only && super_.read_only_compatible != 0) return Error::newer;
  std::uint64_t generation;
  bool good;
  if (const Error wrong = newest_record(generation); !ok(wrong)) return wrong;
  if (const Error wrong = read_record(generation, good); !ok(wrong)) return wrong;
  if (const Error wrong = verify_runs(good); !ok(wrong)) return wrong;
  if (!good) {
    const std::uint64_t torn = kRingStart + generation % kRingBlocks;
    if (const Error wrong = read_record(generation - 1, good); !ok(wrong)) return wrong;
    if (!good) return damaged(torn, 0, "the commit before a torn one");
    if (!read_only) {  // so that it never looks whole by what is written next
      std::memset(cache_.gather(), 0, kBlockBytes);
      if (!disk_.write(torn, cache_.gather(), 1) || !disk_.flush()) return Error::input_output;
    }
  }
  if (record_.head.blocks > disk_.blocks()) return Error::too_small;
  next_inode_ = record_.head.next_inode;
  Error wrong = space_.start(record_);
  if (ok(wrong)) wrong = tree_.start(record_.head, record_.head.generation + 1);
  if (wrong == Error::corrupt) return damaged(record_.head.root, 0, "the root of the tree");
  if (ok(wrong) && !read_only) {
    wrong = space_.look_at_tables();
    if (wrong == Error::corrupt) return damaged(cache_.damaged(), 0, "a table of groups");
  }
  if (!ok(wrong)) return wrong;
  const std::uint64_t start = Space::reserved(0), size = Space::group_size(0, space_.blocks());
  data_cursor_ = start + (size - start) / 16;
  mounted_ = true;
  return read_only ? Error::none : finish_orphans();
}

/// Without blocks to verify the last commit can't be mistaken for a torn one.
Error Volume::unmount() {
  if (!mounted_ || read_only_) return Error::none;
  if (const Error wrong = sync(); !ok(wrong)) return wrong;
  mounted_ = false;
  read_only_ = true;
  return record_.head.runs == 0 ? Error::none : write_record();
}

}  // namespace wick::wickfs
