// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "backend/block.h"

#include <algorithm>

namespace wick::hv {

using drivers::BlockOperation;
using drivers::store;

namespace {

// §5.2.3
constexpr std::uint64_t feature(unsigned bit) { return 1ull << bit; }
constexpr std::uint64_t kReadOnly = feature(5), kBlockSize = feature(6), kFlush = feature(9), kDiscard = feature(13);

/// §5.2.4, as far as these features go.
struct Configuration {
  std::uint64_t capacity;
  std::uint32_t reserved0[3];
  std::uint32_t block_size;
  std::uint32_t reserved1[3];
  std::uint32_t most_discard_sectors;
  std::uint32_t most_discard_segments;
  std::uint32_t discard_alignment;
};
static_assert(offsetof(Configuration, block_size) == 20);
static_assert(offsetof(Configuration, most_discard_sectors) == 36);

/// §5.2.6
struct Header {
  std::uint32_t type, reserved;
  std::uint64_t sector;
};
static_assert(sizeof(Header) == 16);
struct Discard {
  std::uint64_t sector;
  std::uint32_t sectors, flags;
};
static_assert(sizeof(Discard) == 16);
enum Type : std::uint32_t { kRead = 0, kWrite = 1, kFlushType = 4, kSerial = 8, kDiscardType = 11 };
enum Answer : std::uint8_t { kOk = 0, kError = 1, kUnsupported = 2 };

constexpr std::uint16_t kEntries = 128;
constexpr std::uint32_t kSectorBytes = 512, kSerialBytes = 20;
constexpr unsigned kDrainPolls = 100'000'000;  ///< disks may take seconds

constexpr Answer answer_of(Status status) {
  return ok(status) ? kOk : status == Status::unsupported ? kUnsupported : kError;
}

/// Header, data if there is any, answer: each in a segment of its own, which the device may write or not as its meaning
/// is. @return whether the chain has this form
bool read(const Chain& chain, Header& header, Segment& data) {
  const auto& first = chain.segments[0];
  if (chain.count < 2 || chain.count > 3 || first.writable || first.length < sizeof header ||
      !chain.segments[chain.count - 1].writable)
    return false;
  __builtin_memcpy(&header, first.data, sizeof header);
  if (chain.count == 3) data = chain.segments[1];
  return data.length == 0 || data.writable == (header.type == kRead || header.type == kSerial);
}

/// What the disk is to do. @return kOk, or the answer to a request that it doesn't get
Answer fill(drivers::BlockRequest& request, const Header& header, const Segment& data, const drivers::BlockInfo& disk) {
  request.sector = header.sector;
  request.data = data.data;
  request.length = data.length;
  switch (header.type) {
    case kRead:
      request.operation = BlockOperation::read;
      return kOk;
    case kWrite:
      request.operation = BlockOperation::write;
      return kOk;
    case kFlushType:
      request.operation = BlockOperation::flush;
      return kOk;
    case kDiscardType: {
      Discard range;
      if (data.length != sizeof range) return kError;
      __builtin_memcpy(&range, data.data, sizeof range);
      if (range.flags != 0 || range.sectors > disk.most_discard / kSectorBytes) return kUnsupported;
      request.operation = BlockOperation::discard;
      request.sector = range.sector;
      request.length = range.sectors * kSectorBytes;
      return kOk;
    }
  }
  return kUnsupported;
}

}  // namespace

DeviceEntry BlockBackend::start(drivers::Block& device, DevicePage& page, unsigned index) {
  device_ = &device;
  info_ = device.info();
  Configuration own{};
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
  return describe(page, index, {DeviceKind::block, features, 1, kEntries});
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
bool BlockBackend::answer(std::uint8_t status, std::uint32_t written) {
  const auto& last = chain_.segments[chain_.count - 1];
  if (last.writable) store(*last.data, status);
  ring(0).finish(chain_.head, written + 1);
  return true;
}

/// @return false when the device has no room now
bool BlockBackend::submit() {
  Header header;
  Segment data{};
  if (!read(chain_, header, data)) return answer(kError);
  if (header.type == kSerial) {
    const auto count = std::min<std::uint32_t>(data.length, kSerialBytes);
    __builtin_memcpy(data.data, info_.serial, count);
    return answer(kOk, count);
  }
  const auto request = std::ranges::find(requests_, false, &Request::busy);
  if (request == std::end(requests_)) return false;
  if (const auto refused = fill(*request, header, data, info_); refused != kOk) return answer(refused);
  request->owner = this;
  request->head = chain_.head;
  request->written = header.type == kRead ? data.length : 0;
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
  store(*own.answer, std::uint8_t{answer_of(request.status)});
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
