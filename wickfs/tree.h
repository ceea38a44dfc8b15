// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The one tree of a volume: a B+tree of small items, copied on write. A node that the last commit has is copied before
// it is changed; the way to the root is changed with it, so that parents know blocks and checksums of their children.
// Nodes are split and joined on the way down.

#include "wickfs/node.h"
#include "wickfs/space.h"

namespace wick::wickfs {

struct Item {
  Key key;
  std::size_t length;
  std::byte value[kMaxValue];

  std::span<const std::byte> bytes() const { return {value, length}; }
  template <typename T>
  Error get(T& to) const {
    if (length < sizeof to) return Error::corrupt;
    std::memcpy(&to, value, sizeof to);
    return Error::none;
  }
};

class Tree {
 public:
  Tree(Cache& cache, Space& space) : cache_(cache), space_(space) {}
  static constexpr std::uint32_t kMaxHeight = 10;

  /// @param generation of the commit that is being prepared
  Error start_empty(std::uint64_t generation);
  Error start(const RecordHead& head, std::uint64_t generation);
  void record_into(RecordHead& head) const;
  /// The next commit begins; new nodes go to the volume's start again, so that they stay together.
  void next_generation() { generation_++, cursor_ = 0; }
  /// Brings the checksums of changed nodes up to what is in the cache.
  Error settle();

  /// The first item whose key is not less. @return not_found behind the last
  Error first_from(const Key& key, Item& item);
  /// The last item whose key is not greater.
  Error last_until(const Key& key, Item& item);
  Error find(const Key& key, Item& item);
  /// Replaces the value that is there.
  Error put_bytes(const Key& key, std::span<const std::byte> value);
  /// @return not_found
  Error erase(const Key& key);

  std::uint32_t height() const { return height_; }
  /// Blocks that one put() or erase() may take, at most.
  std::uint64_t need() const { return 2 * height_ + 2; }

  template <typename T>
  Error put(const Key& key, const T& value) {
    return put_bytes(key, std::as_bytes(std::span(&value, 1)));
  }

 private:
  friend class Checker;
  Error load(const ChildItem& child, std::uint32_t level, Frame*& frame);
  Error load_root(Frame*& frame) { return load(root_, height_ - 1, frame); }
  Error new_node(std::uint32_t level, Frame*& frame);
  /// Makes a copy where the last commit has the node. @param to its place's new content
  Error writable(Frame*& frame, ChildItem& to);
  Error writable_child(Frame& parent, std::uint32_t index, Frame*& child);
  Error split(Frame& parent, std::uint32_t index, Frame& child, const Key& key, Frame*& right);
  Error split_root(Frame*& root);
  Error join(Frame& parent, std::uint32_t& index, Frame*& child);
  Error lower_root(Frame*& root);
  Error settle(Frame& frame);

  Cache& cache_;
  Space& space_;
  ChildItem root_{};
  std::uint32_t height_ = 0;
  std::uint64_t generation_ = 0;
  std::uint64_t cursor_ = 0;  ///< where the next node may find room
};

}  // namespace wick::wickfs
