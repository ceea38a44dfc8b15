// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See check.h.

#include "wickfs/check/check.h"

#include <algorithm>

namespace wick::wickfs {

namespace {

template <typename T>
bool get(std::span<const std::byte> value, T& to, bool exact) {
  if (exact ? value.size() != sizeof to : value.size() < sizeof to) return false;
  std::memcpy(&to, value.data(), sizeof to);
  return true;
}

}  // namespace

CheckResult Checker::run() {
  claimed_.assign(volume_.space_.blocks(), false);
  known_[kRoot].names = 1;
  node(volume_.tree_.root_, volume_.tree_.height_ - 1);
  inodes();
  space();
  for (Finding& finding : result_.findings) {
    if (finding.inode != 0) finding.path = path_of(finding.inode);
  }
  return std::move(result_);
}

void Checker::find(std::uint64_t block, Inode inode, std::string what) {
  result_.findings.push_back({block, inode, {}, std::move(what)});
}

void Checker::claim(std::uint64_t block, std::uint64_t count, Inode inode) {
  for (std::uint64_t at = block; at < block + count; at++) {
    if (at >= claimed_.size()) return find(at, inode, "a block behind the volume's end is used");
    if (at % kGroupBlocks < Space::reserved(at / kGroupBlocks)) {
      find(at, inode, "a block of the volume's own is used");
    } else if (claimed_[at]) {
      find(at, inode, "a block is used twice");
    }
    claimed_[at] = true;
  }
}

void Checker::node(const ChildItem& child, std::uint32_t level) {
  Frame* frame;
  result_.nodes++;
  claim(child.block, 1, 0);
  if (const Error wrong = volume_.tree_.load(child, level, frame); !ok(wrong))
    return find(child.block, 0,
                wrong == Error::corrupt ? "a node of the tree is damaged" : "a node of the tree can't be read");
  std::vector<std::byte> copy(frame->bytes, frame->bytes + kBlockBytes);  // the cache moves on
  const Node here(copy.data());
  for (std::uint32_t i = 0; i < here.count(); i++) {
    if (level > 0) {
      node(here.child(i), level - 1);
    } else {
      item(child.block, here.key(i), here.value(i));
    }
  }
}

void Checker::item(std::uint64_t block, const Key& key, std::span<const std::byte> value) {
  if (!(last_ < key)) find(block, key.object, "the tree is not in order");
  last_ = key;
  const std::uint64_t object = key.object, place = place_of(key);
  if (is_of(key, object, ItemKind::inode)) {
    Known& known = known_[object];
    known.has_item = true;
    if (!get(value, known.item, true)) find(block, object, "an inode has a wrong size");
  } else if (is_of(key, object, ItemKind::entry)) {
    EntryItem entry;
    if (!get(value, entry, false) || value.size() == sizeof entry)
      return find(block, object, "an entry of a folder has a wrong size");
    const std::string name(reinterpret_cast<const char*>(value.data()) + sizeof entry, value.size() - sizeof entry);
    if (volume_.place_of_name(name) != (place & ~std::uint64_t{15}))
      find(block, object, "the entry \"" + name + "\" stands at a wrong place");
    known_[object].entries++;
    Known& below = known_[entry.inode];
    below.names++;
    below.above = object;
    below.name = name;
    if (entry.inode >= volume_.next_inode_)
      find(block, object, "the entry \"" + name + "\" has a number not given yet");
  } else if (is_of(key, object, ItemKind::extent)) {
    ExtentItem extent;
    if (!get(value, extent, true) || extent.count == 0 || extent.count > kGroupBlocks)
      return find(block, object, "an extent makes no sense");
    if (extent_of_ == object && place < extent_end_) find(extent.start, object, "extents overlap");
    extent_of_ = object;
    extent_end_ = place + extent.count;
    known_[object].blocks += extent.count;
    result_.data_blocks += extent.count;
    claim(extent.start, extent.count, object);
  } else if (is_of(key, 0, ItemKind::orphan)) {
    known_[place].orphan = true;
    result_.orphans++;
  } else {
    find(block, object, "an item is of no known kind");
  }
}

void Checker::inodes() {
  for (const auto& [number, known] : known_) {
    if (!known.has_item) {
      find(0, number, "an inode is missing");
      continue;
    }
    const bool folder = is_directory(known.item.mode);
    (folder ? result_.folders : result_.files)++;
    if (known.names != known.item.links) find(0, number, "the number of names is wrong");
    if (known.names == 0 && !known.orphan) find(0, number, "an inode has no name and isn't waiting for its removal");
    if (known.blocks != known.item.blocks) find(0, number, "the number of blocks is wrong");
    if (folder && known.entries != known.item.size) find(0, number, "the number of entries is wrong");
    if (!folder && known.entries > 0) find(0, number, "a file has entries");
    if (folder && number != kRoot && known.names > 0 && known.item.parent != known.above)
      find(0, number, "a folder doesn't know where it is");
  }
}

void Checker::space() {
  Space& space = volume_.space_;
  std::uint64_t free = 0;
  const std::uint64_t groups = Space::groups_of(space.blocks());
  for (std::uint64_t group = 0; group < groups; group++) {
    const std::uint64_t start = group * kGroupBlocks, end = start + Space::group_size(group, space.blocks());
    std::uint64_t here = 0;
    for (std::uint64_t block = start + Space::reserved(group); block < end; block++) {
      bool taken;
      if (const Error wrong = space.is_taken(block, taken); !ok(wrong)) {
        find(start, 0, "the bitmap of a group can't be read");
        return;
      }
      here += !taken;
      if (taken && !claimed_[block]) find(block, 0, "a block is marked as used and nobody's");
      if (!taken && claimed_[block]) find(block, 0, "a used block is marked as free");
    }
    free += here;
  }
  if (free != space.free_blocks()) find(0, 0, "the number of free blocks is wrong");
}

std::string Checker::path_of(Inode inode) const {
  std::string path;
  for (int depth = 0; inode != kRoot && depth < 1000; depth++) {
    const auto found = known_.find(inode);
    if (found == known_.end() || found->second.names == 0) return "";
    path = "/" + found->second.name + path;
    inode = found->second.above;
  }
  return path.empty() ? "/" : path;
}

}  // namespace wick::wickfs
