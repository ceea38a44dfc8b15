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

constexpr BlockAnswer answer_of(Status status) {
  if (ok(status)) return BlockAnswer::ok;
  return status == Status::unsupported ? BlockAnswer::unsupported : BlockAnswer::error;
}

/// Header, data if there is any, answer: each in a segment of its own, which the device may write or not as its meaning
/// is. @return whether the chain has this form
bool read(const Chain& chain, BlockHeader& header, Segment& data) {
  const auto& first = chain.segments[0];
  if (chain.count < 2 || chain.count > 3 || first.writable || first.length < sizeof header ||
      !chain.segments[chain.count - 1].writable)
    return false;
  __builtin_memcpy(&header, first.data, sizeof header);
  if (chain.count == 3) data = chain.segments[1];
  return data.length == 0 || data.writable == (header.type == BlockType::read || header.type == BlockType::serial);
}

/// What the disk is to do. @return ok, or the answer to a request that it doesn't get
BlockAnswer fill(drivers::BlockRequest& request, const BlockHeader& header, const Segment& data,
                 const drivers::BlockInfo& disk) {
  request.sector = header.sector;
  request.data = data.data;
  request.length = data.length;
  const bool reads = header.type == BlockType::read, writes = header.type == BlockType::write;
  request.operation = reads ? BlockOperation::read : writes ? BlockOperation::write : BlockOperation::flush;
  if (reads || writes || header.type == BlockType::flush) return BlockAnswer::ok;
  if (header.type != BlockType::discard) return BlockAnswer::unsupported;
  BlockDiscard range;
  if (data.length != sizeof range) return BlockAnswer::error;
  __builtin_memcpy(&range, data.data, sizeof range);
  if (range.flags != 0 || range.sectors > disk.most_discard / kSectorBytes) return BlockAnswer::unsupported;
  request.operation = BlockOperation::discard;
  request.sector = range.sector;
  request.length = range.sectors * kSectorBytes;
  return BlockAnswer::ok;
}

}  // namespace

DeviceEntry BlockBackend::start(drivers::Block& device, DevicePage& page, unsigned index) {
  device_ = &device;
  info_ = device.info();
  BlockConfiguration own{};
  own.capacity = info_.sectors;
  own.most_bytes = info_.most_bytes;
  own.block_size = info_.block_size;
  own.most_discard_sectors = info_.most_discard / kSectorBytes;
  own.most_discard_segments = own.discard_alignment = 1;
  __builtin_memcpy(configuration(), &own, sizeof own);
  std::uint64_t features = info_.most_bytes != 0 ? kBlockSize | kMostBytes : kBlockSize;
  if (info_.read_only) features |= kReadOnly;
  if (info_.can_flush) features |= kFlush;
  if (info_.can_discard) features |= kDiscard;
  return describe(page, index, {DeviceKind::block, features, 1, kEntries});
}

void BlockBackend::look_again() {
  info_ = device_->look_again();
  __builtin_memcpy(configuration(), &info_.sectors, sizeof info_.sectors);
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
  while (room && queue.take(chain_)) {
    room = submit();
    if (!room) queue.put_back();
  }
  device_->flush_queue();
  publish(0);
  return room && !queue.arm();
}

/// Of the chain in hand. @return true: it is done with
bool BlockBackend::answer(BlockAnswer answer, std::uint32_t written) {
  const auto& last = chain_.segments[chain_.count - 1];
  if (last.writable) store(*last.data, static_cast<std::uint8_t>(answer));
  ring(0).finish(chain_.head, written + 1);
  return true;
}

/// @return false when the device has no room now
bool BlockBackend::submit() {
  BlockHeader header;
  Segment data{};
  if (!read(chain_, header, data)) return answer(BlockAnswer::error);
  if (header.type == BlockType::serial) {
    const auto count = std::min<std::uint32_t>(data.length, kSerialBytes);
    __builtin_memcpy(data.data, info_.serial, count);
    return answer(BlockAnswer::ok, count);
  }
  const auto request = std::ranges::find(requests_, false, &Request::busy);
  if (request == std::end(requests_)) return false;
  if (const auto refused = fill(*request, header, data, info_); refused != BlockAnswer::ok) return answer(refused);
  request->owner = this;
  request->head = chain_.head;
  request->written = header.type == BlockType::read ? data.length : 0;
  request->answer = chain_.segments[chain_.count - 1].data;
  request->generation = generation_;
  const auto status = device_->submit(*request);
  if (status == Status::would_block) return false;
  if (!ok(status)) return answer(answer_of(status));
  request->busy = true;
  ++in_flight_;
  return true;
}

void BlockBackend::done(drivers::BlockRequest& request) {
  auto& own = static_cast<Request&>(request);
  auto& backend = *static_cast<BlockBackend*>(own.owner);  // Block reports it without saying whose it is
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
