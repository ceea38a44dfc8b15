// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See volume.h: attributes, and what files hold is found and read.

#include <algorithm>
#include <cstring>

#include "wickfs/volume.h"

namespace wick::wickfs {

Error Volume::stat(Inode number, Status& status) {
  InodeItem item;
  if (const Error wrong = inode(number, item); !ok(wrong)) return wrong;
  status = {.inode = number,
            .mode = item.mode,
            .links = item.links,
            .size = item.size,
            .blocks = item.blocks,
            .modified = item.modified,
            .changed = item.changed,
            .created = item.created};
  return Error::none;
}

Error Volume::set_mode(Inode number, std::uint32_t permissions) {
  InodeItem item;
  if (const Error wrong = inode(number, item); !ok(wrong)) return wrong;
  if (const Error wrong = begin(0, Purpose::removing); !ok(wrong)) return wrong;
  item.mode = (item.mode & kModeType) | (permissions & 07777);
  item.changed = clock_();
  return finish(put_inode(number, item));
}

Error Volume::set_time(Inode number, std::uint64_t modified) {
  InodeItem item;
  if (const Error wrong = inode(number, item); !ok(wrong)) return wrong;
  if (const Error wrong = begin(0, Purpose::removing); !ok(wrong)) return wrong;
  item.modified = modified;
  item.changed = clock_();
  return finish(put_inode(number, item));
}

Error Volume::check_extent(Inode number, const Item& item, Extent& extent) {
  ExtentItem its;
  if (!ok(item.get(its))) return damaged(0, number, "an extent of the file");
  extent = {place_of(item.key), its.start, its.count};
  const bool good = its.count > 0 && its.start > 0 && its.start < space_.blocks() && its.count <= kGroupBlocks;
  return good ? Error::none : damaged(its.start, number, "an extent of the file");
}

Error Volume::extent_at(Inode number, std::uint64_t block, std::uint64_t limit, Extent& extent) {
  Item item;
  Error outcome = tree_.last_until(key_of(number, ItemKind::extent, block), item);
  if (!ok(outcome) && outcome != Error::not_found) return outcome;
  if (ok(outcome) && is_of(item.key, number, ItemKind::extent)) {
    if (const Error wrong = check_extent(number, item, extent); !ok(wrong)) return wrong;
    if (block < extent.first + extent.count) return Error::none;
  }
  extent = {block, 0, limit - block};
  outcome = tree_.first_from(key_of(number, ItemKind::extent, block), item);
  if (!ok(outcome) && outcome != Error::not_found) return outcome;
  if (ok(outcome) && is_of(item.key, number, ItemKind::extent))
    extent.count = std::min(limit, place_of(item.key)) - block;
  return Error::none;
}

/// @param behind blocks that follow it in the file and on the disk. They are read as well when the block before is
/// here: somebody reads in sequence.
Error Volume::read_block(std::uint64_t block, std::uint64_t behind, Frame*& frame) {
  frame = cache_.find(block);
  if (frame) return frame->content == Content::data ? Error::none : damaged(block, 0, "a block of a file");
  if (behind > 0 && cache_.find(block - 1)) {
    if (const Error wrong = cache_.read_ahead(block, behind + 1); !ok(wrong)) return wrong;
  }
  return cache_.get(block, Content::data, nullptr, frame);
}

Error Volume::read(Inode number, std::uint64_t offset, void* to, std::size_t bytes, std::size_t& got) {
  constexpr std::uint64_t kDirect = 8;  // blocks that are read around the cache
  InodeItem item;
  got = 0;
  if (const Error wrong = inode(number, item); !ok(wrong)) return wrong;
  if (is_directory(item.mode)) return Error::is_directory;
  if (offset >= item.size) return Error::none;
  bytes = std::min<std::uint64_t>(bytes, item.size - offset);
  auto* target = static_cast<std::byte*>(to);
  const std::uint64_t limit = (offset + bytes + kBlockBytes - 1) / kBlockBytes;
  while (got < bytes) {
    const std::uint64_t block = (offset + got) / kBlockBytes, within = (offset + got) % kBlockBytes;
    const std::size_t rest = bytes - got;
    Extent extent;
    if (const Error wrong = extent_at(number, block, limit, extent); !ok(wrong)) return wrong;
    const std::uint64_t here = extent.count - (block - extent.first), start = extent.start + (block - extent.first);
    std::size_t count = std::min<std::uint64_t>(rest, here * kBlockBytes - within);
    if (extent.start == 0) {
      std::memset(target + got, 0, count);
    } else if (const std::uint64_t whole = count / kBlockBytes; within == 0 && whole >= kDirect) {
      count = whole * kBlockBytes;
      if (const Error wrong = store_.read(start, target + got, whole); !ok(wrong)) return wrong;
      for (std::uint64_t i = 0; i < whole; i++) {  // what is newer here
        if (const Frame* frame = cache_.find(start + i))
          std::memcpy(target + got + i * kBlockBytes, frame->bytes, kBlockBytes);
      }
    } else {
      Frame* frame;
      count = std::min(count, kBlockBytes - within);
      if (const Error wrong = read_block(start, here - 1, frame); !ok(wrong)) return wrong;
      std::memcpy(target + got, frame->bytes + within, count);
    }
    got += count;
  }
  return Error::none;
}

}  // namespace wick::wickfs
