// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// One node of the tree, as a view of its block: sorted slots at the front, their values behind each other at the end,
// never a gap between values.

#include <cstring>
#include <span>

#include "wickfs/format.h"

namespace wick::wickfs {

class Node {
 public:
  explicit Node(std::byte* bytes) : bytes_(bytes) {}

  static constexpr std::size_t kRoom = kBlockBytes - sizeof(NodeHead);

  NodeHead& head() const { return *reinterpret_cast<NodeHead*>(bytes_); }
  std::uint32_t count() const { return head().count; }
  std::uint32_t level() const { return head().level; }
  void start(std::uint64_t block, std::uint64_t generation, std::uint32_t level) const {
    head() = {kNodeMagic, static_cast<std::uint16_t>(level), 0, block, generation, kBlockBytes, 0};
  }
  /// Whether it is a node and everything lies within it: a disk may come from anywhere.
  bool valid(std::uint64_t block, std::uint32_t level) const;

  Key key(std::uint32_t i) const { return slots()[i].key; }
  void set_key(std::uint32_t i, const Key& key) const { slots()[i].key = key; }
  std::span<std::byte> value(std::uint32_t i) const { return {bytes_ + slots()[i].offset, slots()[i].length}; }
  ChildItem child(std::uint32_t i) const {
    ChildItem item;
    std::memcpy(&item, bytes_ + slots()[i].offset, sizeof item);
    return item;
  }
  void set_child(std::uint32_t i, const ChildItem& item) const {
    std::memcpy(bytes_ + slots()[i].offset, &item, sizeof item);
  }

  std::size_t used() const { return count() * sizeof(NodeSlot) + kBlockBytes - head().values; }
  std::size_t free() const { return kRoom - used(); }

  /// The first item whose key is not less; count() when there is none.
  std::uint32_t lower_bound(const Key& key) const;
  /// Of an inner node: the child that `key` is in.
  std::uint32_t child_index(const Key& key) const;

  /// There must be room.
  void insert(std::uint32_t at, const Key& key, std::span<const std::byte> value) const;
  void erase(std::uint32_t at) const;
  /// Moves items [from, count) to the end of `to`.
  void move_tail(std::uint32_t from, const Node& to) const;

 private:
  NodeSlot* slots() const { return reinterpret_cast<NodeSlot*>(bytes_ + sizeof(NodeHead)); }
  std::byte* bytes_;
};

}  // namespace wick::wickfs
