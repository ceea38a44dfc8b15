// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See volume.h: the frame of every change, and commits.

#include "wickfs/volume.h"

#include "wickfs/crc32c.h"

namespace wick::wickfs {

Volume::Volume(Disk& disk, std::span<std::byte> memory, Clock clock)
    : disk_(disk), clock_(clock), store_(disk), cache_(store_, memory), space_(store_, cache_), tree_(cache_, space_) {}

/// Between operations blocks are written out when an operation might need their room, and a commit is made when what
/// was given back is needed.
Error Volume::begin(std::uint64_t blocks, Purpose purpose) {
  constexpr std::uint32_t kFramesAtOnce = 64;
  if (read_only_) return Error::read_only;
  if (!ok(failure_)) return failure_;
  if (cache_.spare() < kFramesAtOnce) {
    Error wrong = settle();
    if (ok(wrong)) wrong = cache_.write_out();
    if (!ok(wrong)) return failure_ = wrong;
  }
  const std::uint64_t need = blocks + step_need() * (purpose == Purpose::adding ? 2 : 1);
  if (available() < need && space_.waiting() > 0) {
    if (const Error wrong = commit(); !ok(wrong)) return wrong;
  }
  if (available() < need) return Error::no_space;
  changing_ = changed_ = true;
  return Error::none;
}

Error Volume::finish(Error outcome) {
  if (changing_ && !ok(outcome)) failure_ = outcome;
  changing_ = false;
  return outcome;
}

Error Volume::damaged(std::uint64_t block, Inode inode, const char* what) {
  if (!damage_.what) damage_ = {block, inode, what};
  return Error::corrupt;
}

Damage Volume::damage() const {
  if (damage_.what || cache_.damaged() == 0) return damage_;
  return {cache_.damaged(), 0, "a block of its structures"};
}

Error Volume::stop_writing() {
  const Error outcome = sync();
  read_only_ = true;
  return outcome;
}

Error Volume::settle() {
  if (const Error wrong = tree_.settle(); !ok(wrong)) return wrong;
  return space_.settle();
}

Error Volume::sync() {
  if (!ok(failure_)) return failure_;
  return changed_ ? commit() : Error::none;
}

/// Blocks and record in any order, then one flush; blocks that the record can't list are flushed before it.
Error Volume::commit() {
  Error wrong = settle();
  if (ok(wrong)) wrong = cache_.write_out();
  if (ok(wrong) && store_.incomplete()) wrong = store_.flush();
  if (ok(wrong)) wrong = write_record();
  if (!ok(wrong)) return failure_ = wrong;
  space_.committed();
  tree_.next_generation();
  commits_++;
  changed_ = false;
  return Error::none;
}

Error Volume::write_record() {
  const std::uint64_t generation = record_.head.generation + 1;
  record_ = {};
  RecordHead& head = record_.head;
  head.magic = kRecordMagic;
  head.generation = generation;
  head.next_inode = next_inode_;
  head.time = clock_();
  head.identity[0] = super_.identity[0];
  head.identity[1] = super_.identity[1];
  space_.record_into(record_);
  tree_.record_into(head);
  store_.list_into(record_);
  head.crc = crc32c(&record_, sizeof record_);
  // Not part of any list: it is its own checksum.
  store_.writes++;
  if (!disk_.write(kRingStart + generation % kRingBlocks, &record_, 1)) return Error::input_output;
  return store_.flush();
}

/// A disk that ends within a group's own blocks has no such group.
Error Volume::grow() {
  const std::uint64_t blocks = disk_.blocks() < kMaxBlocks ? disk_.blocks() : kMaxBlocks;
  if (blocks <= space_.blocks()) return Error::none;
  if (const Error wrong = begin(0, Purpose::removing); !ok(wrong)) return wrong;
  if (const Error wrong = finish(space_.grow(blocks)); !ok(wrong)) return wrong;
  return commit();
}

Statistics Volume::statistics() const {
  const std::uint64_t kept = step_need() * 2;
  return {.blocks = space_.usable(),
          .free = space_.free_blocks() > kept ? space_.free_blocks() - kept : 0,
          .generation = record_.head.generation,
          .commits = commits_,
          .flushes = store_.flushes,
          .blocks_read = store_.reads,
          .blocks_written = store_.writes};
}

std::string_view Volume::label() const {
  std::size_t length = 0;
  while (length < sizeof super_.label && super_.label[length] != '\0') length++;
  return {super_.label, length};
}

}  // namespace wick::wickfs
