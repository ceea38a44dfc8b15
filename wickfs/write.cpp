// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See volume.h: files are written and cut. A block that the last commit has is never written over: its new content goes
// elsewhere. Small writes wait in the cache, large ones go straight to the disk.

#include <algorithm>
#include <cstring>

#include "wickfs/volume.h"

namespace wick::wickfs {

namespace {

constexpr std::uint64_t kDirect = 16;       // blocks from which on a write goes around the cache
constexpr std::uint64_t kMostAtOnce = 256;  // blocks of one step

}  // namespace

Error Volume::punch(Inode number, InodeItem& item, std::uint64_t first, std::uint64_t end, std::uint64_t most,
                    bool& done) {
  done = false;
  for (std::uint64_t at = first; at < end; most--) {
    Extent extent;
    if (const Error wrong = extent_at(number, at, end, extent); !ok(wrong)) return wrong;
    if (extent.start == 0) {
      at += extent.count;
      if (at >= end) break;
      if (const Error wrong = extent_at(number, at, end, extent); !ok(wrong)) return wrong;
    }
    if (most == 0) return Error::none;
    const std::uint64_t skip = at - extent.first, last = std::min(end, extent.first + extent.count), gone = last - at;
    const std::uint64_t tail = extent.first + extent.count - last;
    const Key key = key_of(number, ItemKind::extent, extent.first);
    Error outcome =
        skip > 0 ? tree_.put(key, ExtentItem{extent.start, static_cast<std::uint32_t>(skip), 0}) : tree_.erase(key);
    if (ok(outcome) && tail > 0) {
      outcome = tree_.put(key_of(number, ItemKind::extent, last),
                          ExtentItem{extent.start + skip + gone, static_cast<std::uint32_t>(tail), 0});
    }
    if (ok(outcome)) outcome = space_.free(extent.start + skip, gone);
    if (outcome == Error::corrupt) return damaged(extent.start + skip, number, "an extent of the file");
    if (!ok(outcome)) return outcome;
    item.blocks -= gone;
    at = last;
  }
  done = true;
  return Error::none;
}

/// Into a hole. What continues the extent before becomes a part of it.
Error Volume::map(Inode number, InodeItem& item, std::uint64_t block, const Blocks& blocks) {
  Item before;
  Extent extent;
  item.blocks += blocks.count;
  Error outcome = block > 0 ? tree_.last_until(key_of(number, ItemKind::extent, block - 1), before) : Error::not_found;
  if (!ok(outcome) && outcome != Error::not_found) return outcome;
  if (ok(outcome) && is_of(before.key, number, ItemKind::extent)) {
    if (const Error wrong = check_extent(number, before, extent); !ok(wrong)) return wrong;
    // An extent stays within a group, as each group's start is no file's.
    if (extent.first + extent.count == block && extent.start + extent.count == blocks.start)
      return tree_.put(before.key,
                       ExtentItem{extent.start, static_cast<std::uint32_t>(extent.count + blocks.count), 0});
  }
  return tree_.put(key_of(number, ItemKind::extent, block),
                   ExtentItem{blocks.start, static_cast<std::uint32_t>(blocks.count), 0});
}

/// Behind what the file has before `block`, else where the last data went.
Error Volume::take_data(Inode number, std::uint64_t block, std::uint64_t want, Blocks& taken) {
  std::uint64_t goal = 0;
  bool there = false;
  if (block > 0) {
    Extent before;
    if (const Error wrong = extent_at(number, block - 1, block, before); !ok(wrong)) return wrong;
    if (before.start != 0) goal = before.start + (block - before.first);
  }
  if (goal != 0) {
    if (const Error wrong = space_.is_available(goal, there); !ok(wrong)) return wrong;
  }
  if (const Error wrong = space_.take(there ? goal : data_cursor_, want, taken); !ok(wrong)) return wrong;
  if (!there) data_cursor_ = taken.start + taken.count;
  return Error::none;
}

Error Volume::write_part(Inode number, InodeItem& item, std::uint64_t offset, const std::byte* from,
                         std::size_t bytes) {
  const std::uint64_t block = offset / kBlockBytes, within = offset % kBlockBytes;
  Extent extent;
  Frame *frame, *old = nullptr;
  bool fresh = false, done;
  if (const Error wrong = extent_at(number, block, block + 1, extent); !ok(wrong)) return wrong;
  const std::uint64_t at = extent.start == 0 ? 0 : extent.start + (block - extent.first);
  if (at != 0) {
    if (const Error wrong = space_.is_fresh(at, fresh); !ok(wrong)) return wrong;
  }
  if (fresh) {
    if (const Error wrong = read_block(at, 0, frame); !ok(wrong)) return wrong;
    cache_.mark(*frame);
  } else {
    Blocks taken;
    if (const Error wrong = take_data(number, block, 1, taken); !ok(wrong)) return wrong;
    if (at != 0 && bytes < kBlockBytes) {
      if (const Error wrong = read_block(at, 0, old); !ok(wrong)) return wrong;
    }
    if (const Error wrong = cache_.add(taken.start, Content::data, 0, frame); !ok(wrong)) return wrong;
    if (old) std::memcpy(frame->bytes, old->bytes, kBlockBytes);
    if (at != 0) {
      if (const Error wrong = punch(number, item, block, block + 1, 1, done); !ok(wrong)) return wrong;
    }
    if (const Error wrong = map(number, item, block, taken); !ok(wrong)) return wrong;
  }
  std::memcpy(frame->bytes + within, from, bytes);
  return Error::none;
}

/// @param count blocks; less when it takes more than one step
Error Volume::write_whole(Inode number, InodeItem& item, std::uint64_t block, const std::byte* from,
                          std::uint64_t& count) {
  std::uint64_t end = block;  // behind the extents that this step may give back
  for (std::uint64_t extents = 0; extents < kExtentsAtOnce && end < block + count;) {
    Extent extent;
    if (const Error wrong = extent_at(number, end, block + count, extent); !ok(wrong)) return wrong;
    if (extent.start != 0) extents++;
    end = std::min(block + count, extent.first + extent.count);
  }
  Blocks taken;
  bool done;
  if (const Error wrong = take_data(number, block, end - block, taken); !ok(wrong)) return wrong;
  if (const Error wrong = store_.write(taken.start, from, taken.count); !ok(wrong)) return wrong;
  count = taken.count;
  if (const Error wrong = punch(number, item, block, block + count, kExtentsAtOnce, done); !ok(wrong)) return wrong;
  return map(number, item, block, taken);
}

Error Volume::write(Inode number, std::uint64_t offset, const void* from, std::size_t bytes, std::size_t& put) {
  InodeItem item;
  const auto* source = static_cast<const std::byte*>(from);
  put = 0;
  if (const Error wrong = inode(number, item); !ok(wrong)) return wrong;
  if (is_directory(item.mode)) return Error::is_directory;
  if (offset > kMaxFileBytes || bytes > kMaxFileBytes - offset) return Error::file_too_large;
  while (put < bytes) {
    const std::uint64_t at = offset + put, within = at % kBlockBytes;
    std::uint64_t whole = within == 0 ? std::min<std::uint64_t>((bytes - put) / kBlockBytes, kMostAtOnce) : 0;
    Error outcome = Error::no_space;
    if (whole >= kDirect) outcome = begin(whole, Purpose::adding);
    if (outcome == Error::no_space) {  // the last blocks one by one
      whole = 0;
      outcome = begin(1, Purpose::adding);
    }
    if (!ok(outcome)) return outcome == Error::no_space && put > 0 ? Error::none : outcome;
    std::size_t count = std::min<std::uint64_t>(kBlockBytes - within, bytes - put);
    if (whole > 0) {
      outcome = write_whole(number, item, at / kBlockBytes, source + put, whole);
      count = whole * kBlockBytes;
    } else {
      outcome = write_part(number, item, at, source + put, count);
    }
    item.size = std::max(item.size, at + count);
    item.modified = item.changed = clock_();
    if (ok(outcome)) outcome = put_inode(number, item);
    if (!ok(finish(outcome))) return outcome;
    put += count;
  }
  return Error::none;
}

/// The rest of the last block becomes zero, so that a longer file has zeros there.
Error Volume::zero_tail(Inode number, InodeItem& item, std::uint64_t size) {
  static constexpr std::byte kZeros[kBlockBytes]{};
  const std::uint64_t within = size % kBlockBytes;
  Extent extent;
  if (within == 0) return Error::none;
  if (const Error wrong = extent_at(number, size / kBlockBytes, size / kBlockBytes + 1, extent); !ok(wrong))
    return wrong;
  return extent.start == 0 ? Error::none : write_part(number, item, size, kZeros, kBlockBytes - within);
}

Error Volume::truncate(Inode number, std::uint64_t bytes) {
  InodeItem item;
  if (const Error wrong = inode(number, item); !ok(wrong)) return wrong;
  if (is_directory(item.mode)) return Error::is_directory;
  if (bytes > kMaxFileBytes) return Error::file_too_large;
  if (const Error wrong = begin(1, Purpose::removing); !ok(wrong)) return wrong;
  const bool shorter = bytes < item.size;
  Error outcome = shorter ? zero_tail(number, item, bytes) : Error::none;
  item.size = bytes;
  item.modified = item.changed = clock_();
  if (ok(outcome))
    outcome = shorter ? remove_all(number, item, (bytes + kBlockBytes - 1) / kBlockBytes) : put_inode(number, item);
  return finish(outcome);
}

}  // namespace wick::wickfs
