// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See cache.h.

#include "wickfs/cache.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "wickfs/crc32c.h"

namespace wick::wickfs {

Cache::Cache(Store& store, std::span<std::byte> memory) : store_(store) {
  // A frame costs its block, its description, its place in order_ and at most four buckets.
  constexpr std::size_t kEach = kBlockBytes + sizeof(Frame) + 5 * sizeof(std::uint32_t);
  const std::size_t blocks = memory.size() / kEach;
  gather_blocks_ = static_cast<std::uint32_t>(std::clamp<std::size_t>(blocks / 8, 8, 64));
  frames_ = static_cast<std::uint32_t>(blocks - gather_blocks_);
  std::uint32_t buckets = 1;
  while (buckets < 2 * frames_) buckets *= 2;
  bucket_mask_ = buckets - 1;
  std::byte* at = memory.data();
  gather_ = at;
  at += gather_blocks_ * kBlockBytes;
  std::byte* const content = at;
  at += frames_ * kBlockBytes;
  frame_ = reinterpret_cast<Frame*>(at);
  at += frames_ * sizeof(Frame);
  order_ = reinterpret_cast<std::uint32_t*>(at);
  buckets_ = order_ + frames_;
  for (std::uint32_t i = 0; i < buckets; i++) buckets_[i] = kNone;
  for (std::uint32_t i = 0; i < frames_; i++) {
    new (&frame_[i]) Frame{content + i * kBlockBytes, 0, 0, Content::data, false, false, kNone, kNone, kNone};
    link_newest(i);
  }
}

std::uint32_t* Cache::bucket_of(std::uint64_t block) {
  return &buckets_[(block * 0x9e3779b97f4a7c15 >> 32) & bucket_mask_];
}

void Cache::unlink_use(std::uint32_t index) {
  const Frame& frame = frame_[index];
  (frame.older == kNone ? oldest_ : frame_[frame.older].newer) = frame.newer;
  (frame.newer == kNone ? newest_ : frame_[frame.newer].older) = frame.older;
}

void Cache::link_newest(std::uint32_t index) {
  frame_[index].older = newest_;
  frame_[index].newer = kNone;
  (newest_ == kNone ? oldest_ : frame_[newest_].newer) = index;
  newest_ = index;
}

void Cache::touch(std::uint32_t index) {
  if (newest_ == index) return;
  unlink_use(index);
  link_newest(index);
}

Frame* Cache::find(std::uint64_t block) {
  for (std::uint32_t i = *bucket_of(block); i != kNone; i = frame_[i].next) {
    if (frame_[i].block != block) continue;
    touch(i);
    return &frame_[i];
  }
  return nullptr;
}

/// Takes a frame out of its chain and makes it the first to be used again.
void Cache::release(std::uint32_t index) {
  Frame& frame = frame_[index];
  std::uint32_t* place = bucket_of(frame.block);
  while (*place != index) place = &frame_[*place].next;
  *place = frame.next;
  if (frame.dirty) dirty_--;
  frame.used = frame.dirty = false;
  unlink_use(index);
  frame.newer = oldest_;
  frame.older = kNone;
  (oldest_ == kNone ? newest_ : frame_[oldest_].older) = index;
  oldest_ = index;
}

Error Cache::take(std::uint64_t block, Content content, Frame*& frame) {
  std::uint32_t index = oldest_;
  while (index != kNone && frame_[index].dirty) index = frame_[index].newer;
  if (index == kNone) return Error::no_space;  // an operation's bound is wrong: the volume fails rather than its data
  if (frame_[index].used) release(index);
  frame = &frame_[index];
  frame->block = block;
  frame->content = content;
  frame->owner = 0;
  frame->used = true;
  std::uint32_t* const bucket = bucket_of(block);
  frame->next = *bucket;
  *bucket = index;
  touch(index);
  return Error::none;
}

Error Cache::get(std::uint64_t block, Content content, const std::uint32_t* expected, Frame*& frame, bool* read) {
  frame = find(block);
  if (read) *read = !frame;
  if (frame) return frame->content == content ? Error::none : Error::corrupt;
  if (const Error wrong = take(block, content, frame); !ok(wrong)) return wrong;
  Error wrong = store_.read(block, frame->bytes, 1);
  if (ok(wrong) && expected && crc32c(frame->bytes, kBlockBytes) != *expected) {
    wrong = Error::corrupt;
    if (damaged_ == 0) damaged_ = block;
  }
  if (!ok(wrong)) release(static_cast<std::uint32_t>(frame - frame_));
  return wrong;
}

Error Cache::add(std::uint64_t block, Content content, std::uint32_t owner, Frame*& frame) {
  drop(block, 1);
  if (const Error wrong = take(block, content, frame); !ok(wrong)) return wrong;
  frame->owner = owner;
  std::memset(frame->bytes, 0, kBlockBytes);
  mark(*frame);
  return Error::none;
}

Error Cache::read_ahead(std::uint64_t block, std::uint64_t count) {
  count = std::min<std::uint64_t>({count, gather_blocks_, spare() / 2});
  if (count < 2) return Error::none;
  if (const Error wrong = store_.read(block, gather_, count); !ok(wrong)) return wrong;
  for (std::uint64_t i = count; i-- > 0;) {
    Frame* frame;
    if (find(block + i)) continue;
    if (const Error wrong = take(block + i, Content::data, frame); !ok(wrong)) return wrong;
    std::memcpy(frame->bytes, gather_ + i * kBlockBytes, kBlockBytes);
  }
  return Error::none;
}

void Cache::mark(Frame& frame) {
  if (!frame.dirty) dirty_++;
  frame.dirty = true;
}

void Cache::drop(std::uint64_t block, std::uint64_t count) {
  if (count > frames_) {
    for (std::uint32_t i = 0; i < frames_; i++) {
      if (frame_[i].used && frame_[i].block - block < count) release(i);
    }
    return;
  }
  for (std::uint64_t i = 0; i < count; i++) {
    if (const Frame* frame = find(block + i)) release(static_cast<std::uint32_t>(frame - frame_));
  }
}

/// Runs of neighbours, as many as there is room to put together: all of them are under way at the same time.
/// @param at place in order_, which moves on to `end` at most
Error Cache::write_some(std::uint32_t& at, std::uint32_t end) {
  constexpr std::size_t kPieces = 16;
  Piece pieces[kPieces];
  std::size_t used = 0;
  std::uint32_t gathered = 0, next = at;
  for (; used < kPieces && next < end && gathered < gather_blocks_; used++) {
    const std::uint64_t first = frame_[order_[next]].block;
    std::uint32_t run = 1;
    while (next + run < end && gathered + run < gather_blocks_ && frame_[order_[next + run]].block == first + run)
      run++;
    std::byte* const room = gather_ + gathered * kBlockBytes;
    for (std::uint32_t i = 0; run > 1 && i < run; i++)
      std::memcpy(room + i * kBlockBytes, frame_[order_[next + i]].bytes, kBlockBytes);
    pieces[used] = {first, run > 1 ? room : frame_[order_[next]].bytes, run};
    if (run > 1) gathered += run;
    next += run;
  }
  if (const Error wrong = store_.write_all({pieces, used}); !ok(wrong)) return wrong;
  dirty_ -= next - at;
  for (; at < next; at++) frame_[order_[at]].dirty = false;
  return Error::none;
}

Error Cache::write_out() {
  std::uint32_t count = 0;
  for (std::uint32_t i = 0; i < frames_; i++) {
    if (frame_[i].dirty) order_[count++] = i;
  }
  std::sort(order_, order_ + count,
            [&](std::uint32_t a, std::uint32_t b) { return frame_[a].block < frame_[b].block; });
  for (std::uint32_t at = 0; at < count;) {
    if (const Error wrong = write_some(at, count); !ok(wrong)) return wrong;
  }
  return Error::none;
}

}  // namespace wick::wickfs
