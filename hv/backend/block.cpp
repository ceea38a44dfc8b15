// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "backend/block.h"

#include <algorithm>

namespace wick::hv {

using drivers::BlockOperation;
using drivers::kSectorBytes;
using drivers::store;
using namespace virtio;

namespace {

constexpr std::uint16_t kEntries = 128;
constexpr unsigned kDrainPolls = 100'000'000;  ///< disks may take seconds

Chain scratch;  // the chain in hand: too large for hv's stack

/// Requests belong to back ends; Block reports them without saying which.
BlockBackend* owner_of(drivers::BlockRequest& request) { return static_cast<BlockBackend*>(request.owner); }

constexpr BlockAnswer answer_of(Status status) {
  if (ok(status)) return BlockAnswer::ok;
  return status == Status::unsupported ? BlockAnswer::unsupported : BlockAnswer::error;
}

}  // namespace

DeviceEntry BlockBackend::start(drivers::Block& device, Request* requests, DevicePage& page, unsigned index,
                                unsigned event) {
  requests_ = requests;
  device_ = &device;
  info_ = device.info();
  BlockConfiguration own{};
  own.capacity = info_.sectors;
  own.block_size = info_.block_size;
  own.most_discard_sectors = info_.most_discard / kSectorBytes;
  own.most_discard_segments = 1;
  own.discard_alignment = 1;
  __builtin_memcpy(configuration(), &own, sizeof own);
  std::uint64_t features = kBlockSize;
  if (info_.read_only) features |= kReadOnly;
  if (info_.can_flush) features |= kFlush;
  if (info_.can_discard) features |= kDiscard;
  return describe(page, index, event, {DeviceKind::block, features, 1, kEntries});
}

bool BlockBackend::serve() {
  unsigned rounds = 0;
  bool more, quiet;
  do {
    device_->poll(done);
    more = take_requests();
    publish(0);
    quiet = device_->arm();
  } while (!quiet && ++rounds < 4);
  return more || !quiet;
}

bool BlockBackend::take_requests() {
  if (!live()) return false;
  auto& queue = ring(0);
  bool room = true;
  while (room && queue.take(scratch)) {
    room = submit(scratch);
    if (!room) queue.put_back();
  }
  device_->flush_queue();
  publish(0);
  return room && !queue.arm();
}

BlockBackend::Request* BlockBackend::free_request() {
  for (unsigned i = 0; i < kRequests; ++i)
    if (!requests_[i].busy) return requests_ + i;
  return nullptr;
}

void BlockBackend::answer(const Chain& chain, BlockAnswer answer, std::uint32_t written) {
  const auto& last = chain.segments[chain.count - 1];
  if (last.writable) store(*last.data, static_cast<std::uint8_t>(answer));
  ring(0).finish(chain.head, written + 1);
}

/// @return false when the device has no room now
bool BlockBackend::submit(const Chain& chain) {
  BlockHeader header;
  const auto& first = chain.segments[0];
  const auto& last = chain.segments[chain.count - 1];
  if (chain.count < 2 || chain.count > 3 || first.writable || first.length < sizeof header || !last.writable) {
    answer(chain, BlockAnswer::error, 0);
    return true;
  }
  __builtin_memcpy(&header, first.data, sizeof header);
  const Segment data = chain.count == 3 ? chain.segments[1] : Segment{nullptr, 0, false};
  const bool inward = header.type == BlockType::read || header.type == BlockType::serial;
  const auto refuse = [&](BlockAnswer why) {
    answer(chain, why, 0);
    return true;
  };
  if (data.length != 0 && data.writable != inward) return refuse(BlockAnswer::error);
  if (header.type == BlockType::serial) {
    const auto count = std::min<std::uint32_t>(data.length, kSerialBytes);
    __builtin_memcpy(data.data, info_.serial, count);
    answer(chain, BlockAnswer::ok, count);
    return true;
  }

  auto* request = free_request();
  if (!request) return false;
  request->sector = header.sector;
  request->data = data.data;
  request->length = data.length;
  switch (header.type) {
    case BlockType::read:
      request->operation = BlockOperation::read;
      break;
    case BlockType::write:
      request->operation = BlockOperation::write;
      break;
    case BlockType::flush:
      request->operation = BlockOperation::flush;
      break;
    case BlockType::discard: {
      BlockDiscard range;
      if (data.length != sizeof range) return refuse(BlockAnswer::error);
      __builtin_memcpy(&range, data.data, sizeof range);
      if (range.flags != 0 || range.sectors > info_.most_discard / kSectorBytes)
        return refuse(BlockAnswer::unsupported);
      request->operation = BlockOperation::discard;
      request->sector = range.sector;
      request->length = range.sectors * kSectorBytes;
      break;
    }
    default:
      return refuse(BlockAnswer::unsupported);
  }
  request->owner = this;
  request->head = chain.head;
  request->written = inward ? data.length : 0;
  request->answer = last.data;
  request->generation = generation_;
  const auto status = device_->submit(*request);
  if (status == Status::would_block) return false;
  if (!ok(status)) return refuse(answer_of(status));
  request->busy = true;
  ++in_flight_;
  return true;
}

void BlockBackend::done(drivers::BlockRequest& request) {
  auto& own = static_cast<Request&>(request);
  auto& backend = *owner_of(request);
  own.busy = false;
  --backend.in_flight_;
  if (!backend.live() || own.generation != backend.generation_) return;
  store(*own.answer, static_cast<std::uint8_t>(answer_of(request.status)));
  backend.ring(0).finish(own.head, own.written + 1);
}

void BlockBackend::abandon() {
  ++generation_;
  drain();
}

// The disk may still read and write the guest's memory: wait until it doesn't.
void BlockBackend::drain() {
  device_->flush_queue();
  for (unsigned i = 0; in_flight_ != 0 && i < kDrainPolls; ++i) device_->poll(done);
  publish(0);
}

}  // namespace wick::hv
