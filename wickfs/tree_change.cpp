// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See tree.h: items come and go.

#include "wickfs/tree.h"

namespace wick::wickfs {

namespace {

constexpr std::size_t kInnerItem = sizeof(NodeSlot) + sizeof(ChildItem);
constexpr std::size_t kSmall = Node::kRoom / 3;  // a node with less looks for a neighbour to join

/// Where a full node is cut: in the middle of its bytes, but at its end when it grows there.
std::uint32_t cut_of(const Node& node, const Key& key) {
  const std::uint32_t last = node.count() - 1;
  if (node.key(last) < key) return last;
  std::size_t bytes = 0;
  std::uint32_t at = 0;
  while (at < last && bytes < node.used() / 2) bytes += sizeof(NodeSlot) + node.value(at++).size();
  return at > 0 ? at : 1;
}

}  // namespace

Error Tree::split(Frame& parent, std::uint32_t index, Frame& child, const Key& key, Frame*& right) {
  const Node node(child.bytes);
  if (const Error wrong = new_node(node.level(), right); !ok(wrong)) return wrong;
  const Node other(right->bytes);
  node.move_tail(cut_of(node, key), other);
  const ChildItem item{right->block, 0};
  Node(parent.bytes).insert(index + 1, other.key(0), std::as_bytes(std::span(&item, 1)));
  return Error::none;
}

Error Tree::split_root(Frame*& root) {
  if (height_ == kMaxHeight) return Error::no_space;
  Frame* top;
  if (const Error wrong = new_node(height_, top); !ok(wrong)) return wrong;
  Node(top->bytes).insert(0, Node(root->bytes).key(0), std::as_bytes(std::span(&root_, 1)));
  root_ = {top->block, 0};
  height_++;
  root = top;
  return Error::none;
}

Error Tree::put_bytes(const Key& key, std::span<const std::byte> value) {
  Frame* frame;
  if (const Error wrong = load_root(frame); !ok(wrong)) return wrong;
  if (const Error wrong = writable(frame, root_); !ok(wrong)) return wrong;
  const std::size_t leaf_need = sizeof(NodeSlot) + value.size();
  if (Node(frame->bytes).free() < (height_ > 1 ? kInnerItem : leaf_need)) {
    if (const Error wrong = split_root(frame); !ok(wrong)) return wrong;
  }
  while (Node(frame->bytes).level() > 0) {
    const Node node(frame->bytes);
    const std::uint32_t at = node.child_index(key);
    // A first key is a bound like the others: a child that is cut in two gets its second half's key behind its own.
    if (key < node.key(0)) node.set_key(0, key);
    Frame* child;
    if (const Error wrong = writable_child(*frame, at, child); !ok(wrong)) return wrong;
    if (Node(child->bytes).free() < (node.level() > 1 ? kInnerItem : leaf_need)) {
      Frame* right;
      if (const Error wrong = split(*frame, at, *child, key, right); !ok(wrong)) return wrong;
      if (!(key < node.key(at + 1))) child = right;
    }
    frame = child;
  }
  const Node leaf(frame->bytes);
  const std::uint32_t at = leaf.lower_bound(key);
  if (at < leaf.count() && leaf.key(at) == key) {
    if (leaf.value(at).size() == value.size()) {
      std::memcpy(leaf.value(at).data(), value.data(), value.size());
      return Error::none;
    }
    leaf.erase(at);
  }
  leaf.insert(at, key, value);
  return Error::none;
}

/// Joins a small child with a neighbour when they fit into one node. @param index of the child, as it is afterwards
Error Tree::join(Frame& parent, std::uint32_t& index, Frame*& child) {
  const Node node(parent.bytes);
  if (node.count() < 2 || Node(child->bytes).used() >= kSmall) return Error::none;
  const std::uint32_t left_index = index + 1 < node.count() ? index : index - 1;
  const std::uint32_t neighbour = left_index == index ? index + 1 : left_index;
  Frame* other;
  if (const Error wrong = load(node.child(neighbour), node.level() - 1, other); !ok(wrong)) return wrong;
  if (Node(child->bytes).used() + Node(other->bytes).used() > Node::kRoom) return Error::none;
  if (const Error wrong = writable_child(parent, neighbour, other); !ok(wrong)) return wrong;
  Frame* const left = left_index == index ? child : other;
  Frame* const right = left_index == index ? other : child;
  // After removals an inner node's first key may be above its bound, which the parent has.
  if (Node(right->bytes).level() > 0) Node(right->bytes).set_key(0, node.key(left_index + 1));
  Node(right->bytes).move_tail(0, Node(left->bytes));
  node.erase(left_index + 1);
  index = left_index;
  child = left;
  return space_.free(right->block, 1);
}

/// A root with a single child gives way to it.
Error Tree::lower_root(Frame*& root) {
  while (height_ > 1 && Node(root->bytes).count() == 1) {
    const std::uint64_t old = root->block;
    root_ = Node(root->bytes).child(0);
    height_--;
    if (const Error wrong = load_root(root); !ok(wrong)) return wrong;
    if (const Error wrong = space_.free(old, 1); !ok(wrong)) return wrong;
  }
  return Error::none;
}

Error Tree::erase(const Key& key) {
  struct Step {
    Frame* frame;
    std::uint32_t index;
  } way[kMaxHeight];
  std::uint32_t depth = 0;
  Frame* frame;
  if (const Error wrong = load_root(frame); !ok(wrong)) return wrong;
  if (const Error wrong = writable(frame, root_); !ok(wrong)) return wrong;
  while (Node(frame->bytes).level() > 0) {
    std::uint32_t at = Node(frame->bytes).child_index(key);
    Frame* child;
    if (const Error wrong = writable_child(*frame, at, child); !ok(wrong)) return wrong;
    if (const Error wrong = join(*frame, at, child); !ok(wrong)) return wrong;
    way[depth++] = {frame, at};
    frame = child;
  }
  const Node leaf(frame->bytes);
  const std::uint32_t at = leaf.lower_bound(key);
  if (at == leaf.count() || !(leaf.key(at) == key)) return Error::not_found;
  leaf.erase(at);
  // Only a leaf that had no neighbour to join becomes empty.
  while (depth > 0 && Node(frame->bytes).count() == 0) {
    const Step above = way[--depth];
    if (Node(above.frame->bytes).count() == 1 && depth == 0) {  // nothing is left: a leaf is the root
      Node(frame->bytes).head().level = 0;
      root_ = {frame->block, 0};
      height_ = 1;
      return space_.free(above.frame->block, 1);
    }
    if (const Error wrong = space_.free(frame->block, 1); !ok(wrong)) return wrong;
    Node(above.frame->bytes).erase(above.index);
    frame = above.frame;
  }
  if (const Error wrong = load_root(frame); !ok(wrong)) return wrong;
  return lower_root(frame);
}

}  // namespace wick::wickfs
