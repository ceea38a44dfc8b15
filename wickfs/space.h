// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which blocks are free. Two answers for each: of the working state and of the last commit. Only what is free in both
// may be taken, so that nothing that a power cut would bring back is written over; a freed block needs no list to wait
// in.

#include "wickfs/cache.h"

namespace wick::wickfs {

struct Blocks {
  std::uint64_t start = 0;
  std::uint64_t count = 0;
};

class Space {
 public:
  Space(Store& store, Cache& cache) : store_(store), cache_(cache) {}

  /// An empty volume's: nothing but the head and the groups' own blocks is taken.
  void start_empty(std::uint64_t blocks);
  /// As a record has it. @return corrupt: the record can't be right
  Error start(const Record& record);
  /// Reads the tables of groups, without which nothing can be written.
  Error look_at_tables();
  /// Brings the checksums up to what is in the cache, before it is written out.
  Error settle();
  void record_into(Record& record) const;
  /// The working state is the last commit's now.
  void committed();

  /// Takes up to `want` blocks that follow each other, at `goal` when that is free, else near it.
  /// @return no_space when nothing can be taken before the next commit
  Error take(std::uint64_t goal, std::uint64_t want, Blocks& taken);
  /// @return corrupt when they are free already or no file's
  Error free(std::uint64_t start, std::uint64_t count);
  /// Whether take() could have exactly this block.
  Error is_available(std::uint64_t block, bool& available);
  /// Whether a block was taken after the last commit: it may be written over.
  Error is_fresh(std::uint64_t block, bool& fresh);
  /// The working state's answer, for who looks a volume through.
  Error is_taken(std::uint64_t block, bool& taken);

  /// Makes the volume larger. @param blocks as many as the disk has
  Error grow(std::uint64_t blocks);

  std::uint64_t blocks() const { return blocks_; }
  std::uint64_t free_blocks() const { return free_; }
  std::uint64_t waiting() const { return waiting_; }  ///< of the free ones those that the next commit lets go
  std::uint64_t usable() const;                       ///< blocks that files may have in all

  static std::uint64_t reserved(std::uint64_t group);  ///< blocks at its start that are no file's
  static std::uint64_t groups_of(std::uint64_t blocks);
  static std::uint64_t usable_of(std::uint64_t blocks);
  /// @param blocks of the volume
  static std::uint64_t group_size(std::uint64_t group, std::uint64_t blocks);

 private:
  enum class State : std::uint8_t { working, committed };
  static std::uint64_t bitmap_block(std::uint64_t group, Slot slot);
  static std::uint64_t table_block(std::uint64_t table, Slot slot);
  GroupEntry fresh_entry(std::uint64_t group) const;
  const TablePointer* tables(State state) const { return state == State::working ? working_ : committed_; }

  Error entry(std::uint64_t group, State state, GroupEntry& entry);
  Error writable_entry(std::uint64_t group, GroupEntry*& entry);
  /// @param bits nullptr: only the reserved ones are taken
  Error bitmap(std::uint64_t group, State state, const std::uint64_t*& bits);
  Error writable_bitmap(std::uint64_t group, GroupEntry*& entry, std::uint64_t*& bits);
  Error take_in(std::uint64_t group, std::uint64_t from, std::uint64_t want, Blocks& taken);

  Store& store_;
  Cache& cache_;
  std::uint64_t blocks_ = 0, committed_blocks_ = 0, free_ = 0, waiting_ = 0;
  TablePointer working_[kTables]{}, committed_[kTables]{};
};

}  // namespace wick::wickfs
