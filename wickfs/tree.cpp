// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See tree.h: start, looking things up, copying on write, checksums.

#include "wickfs/tree.h"

#include "wickfs/crc32c.h"

namespace wick::wickfs {

Error Tree::start_empty(std::uint64_t generation) {
  generation_ = generation;
  height_ = 1;
  Frame* root;
  if (const Error wrong = new_node(0, root); !ok(wrong)) return wrong;
  root_ = {root->block, 0};
  return Error::none;
}

Error Tree::start(const RecordHead& head, std::uint64_t generation) {
  generation_ = generation;
  root_ = {head.root, head.root_crc};
  height_ = head.height;
  cursor_ = 0;
  if (height_ == 0 || height_ > kMaxHeight) return Error::corrupt;
  Frame* root;
  return load_root(root);
}

void Tree::record_into(RecordHead& head) const {
  head.root = root_.block;
  head.root_crc = root_.crc;
  head.height = height_;
}

Error Tree::settle() {
  Frame* const root = cache_.find(root_.block);
  if (!root || !root->dirty) return Error::none;  // a changed node's parents are changed, too
  if (const Error wrong = settle(*root); !ok(wrong)) return wrong;
  root_.crc = crc32c(root->bytes, kBlockBytes);
  return Error::none;
}

Error Tree::settle(Frame& frame) {
  const Node node(frame.bytes);
  for (std::uint32_t i = 0; node.level() > 0 && i < node.count(); i++) {
    ChildItem child = node.child(i);
    Frame* const below = cache_.find(child.block);
    if (!below || !below->dirty) continue;
    if (const Error wrong = settle(*below); !ok(wrong)) return wrong;
    child.crc = crc32c(below->bytes, kBlockBytes);
    node.set_child(i, child);
  }
  return Error::none;
}

Error Tree::load(const ChildItem& child, std::uint32_t level, Frame*& frame) {
  bool read;
  const std::uint32_t crc = child.crc;
  if (child.block >= space_.blocks()) return Error::corrupt;
  if (const Error wrong = cache_.get(child.block, Content::node, &crc, frame, &read); !ok(wrong)) return wrong;
  const Node node(frame->bytes);
  if (read ? !node.valid(child.block, level) : node.level() != level) return Error::corrupt;
  return level > 0 && node.count() == 0 ? Error::corrupt : Error::none;
}

Error Tree::first_from(const Key& wanted, Item& item) {
  for (Key key = wanted;;) {
    Key behind{};  // the first key of what lies right of the way down
    bool any_behind = false;
    Frame* frame;
    if (const Error wrong = load_root(frame); !ok(wrong)) return wrong;
    while (Node(frame->bytes).level() > 0) {
      const Node node(frame->bytes);
      const std::uint32_t at = node.child_index(key);
      if (at + 1 < node.count()) behind = node.key(at + 1), any_behind = true;
      if (const Error wrong = load(node.child(at), node.level() - 1, frame); !ok(wrong)) return wrong;
    }
    const Node leaf(frame->bytes);
    if (const std::uint32_t at = leaf.lower_bound(key); at < leaf.count()) {
      item.key = leaf.key(at);
      item.length = leaf.value(at).size();
      std::memcpy(item.value, leaf.value(at).data(), item.length);
      return Error::none;
    }
    if (!any_behind) return Error::not_found;
    key = behind;
  }
}

Error Tree::last_until(const Key& wanted, Item& item) {
  for (Key key = wanted;;) {
    Key before{};  // the first key of the lowest subtree on the way down that has a left neighbour
    bool any_before = false;
    Frame* frame;
    if (const Error wrong = load_root(frame); !ok(wrong)) return wrong;
    while (Node(frame->bytes).level() > 0) {
      const Node node(frame->bytes);
      const std::uint32_t at = node.child_index(key);
      if (at > 0) before = node.key(at), any_before = true;
      if (const Error wrong = load(node.child(at), node.level() - 1, frame); !ok(wrong)) return wrong;
    }
    const Node leaf(frame->bytes);
    std::uint32_t at = leaf.lower_bound(key);
    if (at == leaf.count() || !(leaf.key(at) == key)) at--;  // wraps below the first
    if (at < leaf.count()) {
      item.key = leaf.key(at);
      item.length = leaf.value(at).size();
      std::memcpy(item.value, leaf.value(at).data(), item.length);
      return Error::none;
    }
    if (!any_before) return Error::not_found;
    key = before.place > 0 ? Key{before.object, before.place - 1} : Key{before.object - 1, ~std::uint64_t{0}};
  }
}

Error Tree::find(const Key& key, Item& item) {
  if (const Error wrong = first_from(key, item); !ok(wrong)) return wrong;
  return item.key == key ? Error::none : Error::not_found;
}

Error Tree::new_node(std::uint32_t level, Frame*& frame) {
  Blocks taken;
  if (const Error wrong = space_.take(cursor_, 1, taken); !ok(wrong)) return wrong;
  cursor_ = taken.start + 1;
  if (const Error wrong = cache_.add(taken.start, Content::node, 0, frame); !ok(wrong)) return wrong;
  Node(frame->bytes).start(taken.start, generation_, level);
  return Error::none;
}

Error Tree::writable(Frame*& frame, ChildItem& to) {
  if (Node(frame->bytes).head().generation == generation_) {
    cache_.mark(*frame);
    return Error::none;
  }
  Frame* copy;
  if (const Error wrong = new_node(Node(frame->bytes).level(), copy); !ok(wrong)) return wrong;
  const std::uint64_t old = frame->block;
  std::memcpy(copy->bytes, frame->bytes, kBlockBytes);
  Node(copy->bytes).head().block = copy->block;
  Node(copy->bytes).head().generation = generation_;
  frame = copy;
  to = {copy->block, 0};
  return space_.free(old, 1);
}

Error Tree::writable_child(Frame& parent, std::uint32_t index, Frame*& child) {
  const Node node(parent.bytes);
  ChildItem place = node.child(index);
  if (const Error wrong = load(place, node.level() - 1, child); !ok(wrong)) return wrong;
  if (const Error wrong = writable(child, place); !ok(wrong)) return wrong;
  node.set_child(index, place);
  return Error::none;
}

}  // namespace wick::wickfs
