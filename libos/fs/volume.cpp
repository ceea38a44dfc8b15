// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See volume.h.

#include "fs/volume.h"

#include <cstring>

#include "sched/lock.h"

namespace wick::fs {

using drivers::BlockOperation;
using drivers::kSectorBytes;

namespace {

/// One queue for all disks: a thread that wakes for another's interrupt looks and sleeps again.
constinit sched::WaitQueue completions;

constinit Volume* all = nullptr;

/// A thread that polls for its own request may see the end of another volume's on the same disk, and ask for no more
/// interrupts: whoever waits looks for itself. Those of whole disks have no owner.
void see_end(drivers::BlockRequest& request) {
  if (request.owner && !completions.empty()) completions.wake_all();
}

/// When nobody waits, a disk may still have something to attend to: its back end goes, or comes. Within a guard, as
/// what comes meanwhile would have it called again.
void device_event(sched::EventHandler&, EventMask) {
  const sched::Guard guard(sched::State::files);
  if (!completions.empty()) return completions.wake_all();
  for (Volume* volume = all; volume; volume = volume->following()) volume->attend();
}

constinit sched::EventHandler handler(EventMask{0}, device_event);

class Held {
 public:
  explicit Held(sched::RecursiveMutex& mutex) : mutex_(mutex) { mutex_.lock(); }
  ~Held() { mutex_.unlock(); }

 private:
  sched::RecursiveMutex& mutex_;
};

}  // namespace

const char* Volume::start(drivers::Block& device, drivers::DmaPool& pool) {
  info_ = device.info();
  if (!drivers::usable_block_size(info_.block_size)) return "its disk names a size of its blocks that is none";
  if (info_.block_size > buffer_bytes_) {
    buffer_bytes_ = info_.block_size;
    buffer_ = nullptr;
  }
  if (info_.most_bytes != 0 && info_.most_bytes < info_.block_size)
    return "its disk moves less at a time than one of its blocks";
  if (!buffer_) buffer_ = static_cast<std::uint8_t*>(pool.take_uncleared(buffer_bytes_, kSectorBytes));
  if (!buffer_) return "memory.dma is too small for its buffer";
  const bool again = device_;
  device_ = &device;
  learn_size(info_);
  if (!any(handler.mask)) handler.attach();
  handler.mask = handler.mask | info_.events;
  if (again) return nullptr;
  following_ = all;
  all = this;
  return nullptr;
}

void Volume::narrow(std::uint64_t first, std::uint64_t sectors) {
  first_sector_ = first;
  is_part_ = true;
  info_.sectors = sectors;
  learn_size(info_);
}

void Volume::attend() {
  constexpr unsigned kMostRounds = 4;
  for (unsigned round = 0; round < kMostRounds && (device_->poll(see_end) != 0 || !device_->arm()); ++round) {
  }
}

void Volume::learn_size(const drivers::BlockInfo& info) {
  unreachable_ = info.sectors % (info.block_size / kSectorBytes) * kSectorBytes;
  __atomic_store_n(&bytes_, info.sectors * kSectorBytes - unreachable_, __ATOMIC_RELAXED);
}

std::uint64_t Volume::look_again() {
  const Held held(mutex_);
  const sched::Guard guard(sched::State::files);
  if (!is_part_) learn_size(device_->look_again());
  return bytes_;
}

Volume::Request& Volume::next(std::uint32_t length) {
  for (;; settle()) {
    if (count_ == kRequests) continue;
    if (count_ == 0) head_ = 0;
    const auto tail = count_ ? static_cast<std::uint32_t>(static_cast<std::uint8_t*>(requests_[first_].data) - buffer_)
                             : buffer_bytes_;
    const bool wrapped = head_ <= tail;  // the free part lies between the two, else around the buffer's end
    if (!wrapped && buffer_bytes_ - head_ < length) {
      if (tail < length) continue;
      head_ = 0;
    } else if (wrapped && tail - head_ < length) {
      continue;
    }
    Request& request = requests_[(first_ + count_) % kRequests];
    request = {};
    request.data = buffer_ + head_;
    return request;
  }
}

void Volume::submit(Request& request, BlockOperation operation, std::uint64_t sector, std::uint32_t length) {
  request.operation = operation;
  request.sector = first_sector_ + sector;
  request.length = length;
  request.owner = is_part_ ? this : nullptr;
  head_ += length;
  const sched::Guard guard(sched::State::files);
  Status status;
  while ((status = device_->submit(request)) == Status::would_block && count_ > 0) settle();
  // It is the only one, and the device has no room for it.
  if (!ok(status)) request.status = status == Status::would_block ? Status::io_error : status;
  ++count_;
}

void Volume::settle() {
  Request& request = requests_[first_];
  await(request);
  failed_ = failed_ || !ok(request.status);
  if (!failed_ && request.user)
    std::memcpy(request.user, static_cast<std::uint8_t*>(request.data) + request.skip, request.count);
  if (!failed_) moved_ += request.count;
  first_ = (first_ + 1) % kRequests;
  --count_;
}

void Volume::await(const Request& request) {
  if (request.status != Status::would_block) return;
  const sched::Guard guard(sched::State::files);
  device_->flush_queue();
  while (request.status == Status::would_block) {
    if (device_->poll(see_end) == 0 && device_->arm()) completions.wait();
  }
}

void Volume::settle_all() {
  while (count_ > 0) settle();
}

void Volume::move(BlockOperation operation, std::uint8_t* user, std::size_t bytes, std::uint64_t offset) {
  const std::uint32_t within = info_.block_size - 1;
  std::uint32_t most = info_.block_size > buffer_bytes_ / 2 ? info_.block_size : buffer_bytes_ / 2;
  if (info_.most_bytes != 0 && info_.most_bytes < most) most = info_.most_bytes & ~within;
  const bool writes = operation == BlockOperation::write;
  while (bytes > 0 && !failed_) {
    const auto skip = static_cast<std::uint32_t>(offset & within);
    const std::uint32_t count = bytes < most - skip ? static_cast<std::uint32_t>(bytes) : most - skip;
    const std::uint32_t length = (skip + count + within) & ~within;
    const std::uint64_t sector = (offset - skip) / kSectorBytes;
    if (writes && count != length) {
      // Blocks that are written in part only keep the rest of what they had. With nothing else under way the request
      // that reads has the same room as the one that writes.
      settle_all();
      submit(next(length), BlockOperation::read, sector, length);
      settle_all();
      if (failed_) return;
    }
    Request& request = next(length);
    request.skip = skip;
    request.count = count;
    if (writes)
      std::memcpy(static_cast<std::uint8_t*>(request.data) + skip, user, count);
    else
      request.user = user;
    submit(request, operation, sector, length);
    user += count;
    bytes -= count;
    offset += count;
  }
}

std::size_t Volume::finish(bool& good) {
  settle_all();
  good = !failed_;
  failed_ = false;
  const std::size_t moved = moved_;
  moved_ = 0;
  return moved;
}

Outcome Volume::move_one(BlockOperation operation, void* user, std::size_t bytes, std::uint64_t offset) {
  if (bytes > size() - offset) bytes = size() - offset;
  const Held held(mutex_);
  move(operation, static_cast<std::uint8_t*>(user), bytes, offset);
  bool good;
  const auto moved = static_cast<Outcome>(finish(good));
  return good || moved > 0 ? moved : -EIO;
}

Outcome Volume::read(void* to, std::size_t bytes, std::uint64_t offset) {
  return offset < size() ? move_one(BlockOperation::read, to, bytes, offset) : 0;
}

Outcome Volume::write(const void* from, std::size_t bytes, std::uint64_t offset) {
  if (bytes == 0) return 0;
  return offset < size() ? move_one(BlockOperation::write, const_cast<void*>(from), bytes, offset) : -ENOSPC;
}

bool Volume::in_whole_blocks(std::uint64_t offset, std::uint64_t bytes) const {
  return (offset | bytes) % info_.block_size == 0 && offset <= size() && bytes <= size() - offset;
}

Outcome Volume::move_all(BlockOperation operation, std::span<const Extent> extents) {
  for (const Extent& extent : extents)
    if (!in_whole_blocks(extent.offset, extent.bytes)) return -EINVAL;
  const Held held(mutex_);
  for (const Extent& extent : extents)
    move(operation, static_cast<std::uint8_t*>(extent.data), extent.bytes, extent.offset);
  bool good;
  (void)finish(good);
  return good ? 0 : -EIO;
}

Outcome Volume::read(std::span<const Extent> extents) { return move_all(BlockOperation::read, extents); }
Outcome Volume::write(std::span<const Extent> extents) { return move_all(BlockOperation::write, extents); }

bool Volume::run(BlockOperation operation, std::uint64_t sector, std::uint32_t length) {
  const Held held(mutex_);
  submit(next(0), operation, sector, length);
  bool good;
  (void)finish(good);
  return good;
}

Outcome Volume::flush() {
  if (!info_.can_flush || info_.read_only) return 0;
  return run(BlockOperation::flush, 0, 0) ? 0 : -EIO;
}

Outcome Volume::discard(std::uint64_t offset, std::uint64_t bytes) {
  const std::uint32_t most = info_.most_discard & ~(info_.block_size - 1);
  if (!info_.can_discard || most == 0) return -EOPNOTSUPP;
  if (!in_whole_blocks(offset, bytes)) return -EINVAL;
  while (bytes > 0) {
    const std::uint32_t length = bytes < most ? static_cast<std::uint32_t>(bytes) : most;
    if (!run(BlockOperation::discard, offset / kSectorBytes, length)) return -EIO;
    offset += length;
    bytes -= length;
  }
  return 0;
}

}  // namespace wick::fs
