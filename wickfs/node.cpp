// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See node.h.

#include "wickfs/node.h"

#include "wickfs/bits.h"

namespace wick::wickfs {

bool Node::valid(std::uint64_t block, std::uint32_t level) const {
  const NodeHead& top = head();
  if (top.magic != kNodeMagic || top.block != block || top.level != level || top.values > kBlockBytes) return false;
  const std::size_t slots_end = sizeof(NodeHead) + top.count * sizeof(NodeSlot);
  if (slots_end > top.values) return false;
  std::uint64_t bytes[kBlockBytes / 64]{};  // that belong to a value
  for (std::uint32_t i = 0; i < top.count; i++) {
    const NodeSlot& slot = slots()[i];
    if (slot.offset < top.values || slot.offset + slot.length > kBlockBytes) return false;
    if (level > 0 ? slot.length != sizeof(ChildItem) : slot.length > kMaxValue) return false;
    if (i > 0 && !(slots()[i - 1].key < slot.key)) return false;
    if (count_bits(bytes, slot.offset, slot.length) > 0) return false;
    set_bits(bytes, slot.offset, slot.length);
  }
  return count_bits(bytes, 0, kBlockBytes) == kBlockBytes - top.values;
}

std::uint32_t Node::lower_bound(const Key& wanted) const {
  std::uint32_t low = 0, high = count();
  while (low < high) {
    const std::uint32_t middle = (low + high) / 2;
    if (slots()[middle].key < wanted) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

std::uint32_t Node::child_index(const Key& wanted) const {
  const std::uint32_t at = lower_bound(wanted);
  if (at < count() && key(at) == wanted) return at;
  return at > 0 ? at - 1 : 0;
}

void Node::insert(std::uint32_t at, const Key& key, std::span<const std::byte> value) const {
  NodeHead& top = head();
  std::memmove(slots() + at + 1, slots() + at, (top.count - at) * sizeof(NodeSlot));
  top.count++;
  top.values -= static_cast<std::uint32_t>(value.size());
  if (!value.empty()) std::memcpy(bytes_ + top.values, value.data(), value.size());
  slots()[at] = {key, static_cast<std::uint16_t>(top.values), static_cast<std::uint16_t>(value.size())};
}

void Node::erase(std::uint32_t at) const {
  NodeHead& top = head();
  const NodeSlot gone = slots()[at];
  std::memmove(bytes_ + top.values + gone.length, bytes_ + top.values, gone.offset - top.values);
  top.values += gone.length;
  top.count--;
  std::memmove(slots() + at, slots() + at + 1, (top.count - at) * sizeof(NodeSlot));
  for (std::uint32_t i = 0; i < top.count; i++) {  // an empty value may share the offset
    if (slots()[i].offset <= gone.offset)
      slots()[i].offset = static_cast<std::uint16_t>(slots()[i].offset + gone.length);
  }
}

void Node::move_tail(std::uint32_t from, const Node& to) const {
  for (std::uint32_t i = from; i < count(); i++) to.insert(to.count(), key(i), value(i));
  while (count() > from) erase(count() - 1);
}

}  // namespace wick::wickfs
