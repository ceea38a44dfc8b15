// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Blocks in memory. Those that are changed stay until write_out(), which the volume calls between operations: within
// one only clean blocks give way, the longest unused first, so that a pointer to a changed block is good to the
// operation's end and one to a clean block for a few steps.

#include <span>

#include "wickfs/store.h"

namespace wick::wickfs {

enum class Content : std::uint8_t { data, node, bitmap, table };

struct Frame {
  std::byte* bytes;
  std::uint64_t block;
  std::uint32_t owner;  ///< number of the bitmap's group, or of the table
  Content content;
  bool used, dirty;
  std::uint32_t older, newer;  ///< in order of use
  std::uint32_t next;          ///< in the chain of its hash
};

class Cache {
 public:
  /// @param memory at a multiple of 8
  Cache(Store& store, std::span<std::byte> memory);

  /// @return nullptr when it isn't here
  Frame* find(std::uint64_t block);
  /// Of nodes, bitmaps and tables, which have a checksum, one that is read must be right.
  /// @param expected nullptr: there is none  @param read whether it came from the disk, for who looks further
  Error get(std::uint64_t block, Content content, const std::uint32_t* expected, Frame*& frame, bool* read = nullptr);
  /// A block whose content on the disk doesn't matter; dirty, all zero.
  Error add(std::uint64_t block, Content content, std::uint32_t owner, Frame*& frame);
  /// Reads `count` blocks of data behind each other, as far as there is room, those that are here already left alone.
  Error read_ahead(std::uint64_t block, std::uint64_t count);
  void mark(Frame& frame);
  /// Forgets blocks that nobody has any more.
  void drop(std::uint64_t block, std::uint64_t count);

  std::uint32_t spare() const { return frames_ - dirty_; }
  std::uint32_t frames() const { return frames_; }
  /// Writes all that is dirty, neighbours together.
  Error write_out();

  /// Calls `visit(Frame&)` for each dirty frame of this content, until one answers an error.
  template <typename Visit>
  Error each_dirty(Content content, Visit&& visit) {
    for (std::uint32_t i = 0; i < frames_; i++) {
      Frame& frame = frame_[i];
      if (!frame.used || !frame.dirty || frame.content != content) continue;
      if (const Error wrong = visit(frame); !ok(wrong)) return wrong;
    }
    return Error::none;
  }

  /// The first block that was read and wasn't what its checksum says; 0: each was.
  std::uint64_t damaged() const { return damaged_; }

  std::byte* gather() { return gather_; }  ///< room for gather_blocks(), nobody's between calls
  std::uint32_t gather_blocks() const { return gather_blocks_; }

 private:
  static constexpr std::uint32_t kNone = ~0u;
  std::uint32_t* bucket_of(std::uint64_t block);
  void touch(std::uint32_t index);
  void unlink_use(std::uint32_t index);
  void link_newest(std::uint32_t index);
  void release(std::uint32_t index);
  Error write_some(std::uint32_t& at, std::uint32_t end);
  Error take(std::uint64_t block, Content content, Frame*& frame);

  Store& store_;
  std::byte* gather_;
  std::uint32_t gather_blocks_;
  Frame* frame_;
  std::uint32_t* order_;    ///< for write_out()
  std::uint32_t* buckets_;  ///< a power of two
  std::uint32_t frames_ = 0, bucket_mask_ = 0, dirty_ = 0;
  std::uint32_t oldest_ = kNone, newest_ = kNone;
  std::uint64_t damaged_ = 0;
};

}  // namespace wick::wickfs
