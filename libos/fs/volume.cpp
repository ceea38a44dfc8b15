// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See volume.h.

#include "fs/volume.h"

#include <cstring>

namespace wick::fs {

namespace {

/// One queue for all disks: a thread that wakes for another's interrupt looks and sleeps again.
constinit sched::WaitQueue completions;

void device_event(sched::EventHandler&, EventMask) { completions.wake_all(); }

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
  if (info_.block_size > buffer_bytes_) buffer_bytes_ = info_.block_size;
  buffer_ = static_cast<std::uint8_t*>(pool.take(buffer_bytes_, drivers::kSectorBytes));
  if (!buffer_) return "memory.dma is too small for its buffer";
  const std::uint64_t rest = info_.sectors % (info_.block_size / drivers::kSectorBytes);
  info_.sectors -= rest;
  unreachable_ = rest * drivers::kSectorBytes;
  device_ = &device;
  if (!any(handler.mask)) handler.attach();
  handler.mask = handler.mask | info_.events;
  return nullptr;
}

Status Volume::run(drivers::BlockOperation operation, std::uint64_t sector, std::uint32_t length) {
  drivers::BlockRequest request{operation, sector, buffer_, length, Status::would_block, nullptr, nullptr};
  if (const Status status = device_->submit(request); !ok(status)) return status;
  device_->flush_queue();
  while (request.status == Status::would_block) {
    if (device_->poll([](drivers::BlockRequest&) {}) > 0) {
      completions.wake_all();  // it may have been another thread's
    } else if (device_->arm()) {
      completions.wait();
    }
  }
  return request.status;
}

Volume::Piece Volume::next_piece(std::size_t bytes, std::uint64_t offset) const {
  const std::uint32_t within = info_.block_size - 1;
  const auto skip = static_cast<std::uint32_t>(offset & within);
  std::uint64_t count = buffer_bytes_ - skip;
  if (count > bytes) count = bytes;
  const std::uint64_t length = (skip + count + within) & ~std::uint64_t{within};
  return {(offset - skip) / drivers::kSectorBytes, static_cast<std::uint32_t>(length), skip,
          static_cast<std::uint32_t>(count)};
}

Outcome Volume::read(void* to, std::size_t bytes, std::uint64_t offset) {
  if (offset >= size()) return 0;
  if (bytes > size() - offset) bytes = size() - offset;
  const Held held(mutex_);
  auto* target = static_cast<std::uint8_t*>(to);
  for (std::size_t done = 0; done < bytes;) {
    const Piece piece = next_piece(bytes - done, offset + done);
    if (!ok(run(drivers::BlockOperation::read, piece.sector, piece.length)))
      return done ? static_cast<Outcome>(done) : -EIO;
    std::memcpy(target + done, buffer_ + piece.skip, piece.count);
    done += piece.count;
  }
  return static_cast<Outcome>(bytes);
}

Outcome Volume::write(const void* from, std::size_t bytes, std::uint64_t offset) {
  if (bytes == 0) return 0;
  if (offset >= size()) return -ENOSPC;
  if (bytes > size() - offset) bytes = size() - offset;
  const Held held(mutex_);
  const auto* source = static_cast<const std::uint8_t*>(from);
  for (std::size_t done = 0; done < bytes;) {
    const Piece piece = next_piece(bytes - done, offset + done);
    // Blocks that are written in part only keep the rest of what they had.
    const bool whole = piece.skip == 0 && piece.count == piece.length;
    bool good = whole || ok(run(drivers::BlockOperation::read, piece.sector, piece.length));
    std::memcpy(buffer_ + piece.skip, source + done, piece.count);
    good = good && ok(run(drivers::BlockOperation::write, piece.sector, piece.length));
    if (!good) return done ? static_cast<Outcome>(done) : -EIO;
    done += piece.count;
  }
  return static_cast<Outcome>(bytes);
}

Outcome Volume::flush() {
  if (!info_.can_flush || info_.read_only) return 0;
  const Held held(mutex_);
  return ok(run(drivers::BlockOperation::flush, 0, 0)) ? 0 : -EIO;
}

}  // namespace wick::fs
