// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "virtio/block.h"

#include "class/probe.h"

namespace wick::drivers::virtio {

/// What the device reads and writes besides the data.
struct alignas(64) BlockDevice::Record {
  BlockHeader header;
  BlockDiscard discard;
  std::uint8_t answer;  ///< a BlockAnswer once it isn't kUnset
  char serial[kSerialBytes];
};

namespace {

constexpr std::uint64_t kWanted = kMostBytes | kReadOnly | kBlockSize | kFlush | kDiscard;

constexpr std::uint32_t kCapacityOffset = offsetof(BlockConfiguration, capacity);
constexpr std::uint32_t kMostBytesOffset = offsetof(BlockConfiguration, most_bytes);
constexpr std::uint32_t kBlockSizeOffset = offsetof(BlockConfiguration, block_size);
constexpr std::uint32_t kMaxDiscardOffset = offsetof(BlockConfiguration, most_discard_sectors);

constexpr std::uint8_t kUnset = 0xff;

// The one wait of a driver: the serial number names the volume, so nothing above can start without it. Devices answer
// from their memory.
constexpr unsigned kSerialPolls = 10'000'000;

constexpr BlockType kTypes[] = {BlockType::read, BlockType::write, BlockType::flush, BlockType::discard};
constexpr BlockType type_of(BlockOperation operation) { return kTypes[static_cast<unsigned>(operation)]; }
static_assert(type_of(BlockOperation::discard) == BlockType::discard);

Status status_of(BlockAnswer answer) {
  if (answer == BlockAnswer::ok) return Status::ok;
  return answer == BlockAnswer::unsupported ? Status::unsupported : Status::io_error;
}

}  // namespace

std::uint64_t BlockDevice::dma_bytes(std::uint32_t ring_size) {
  const std::uint16_t entries = most_entries(ring_size, kEntries);
  return Ring::dma_bytes(entries) + dma_share(sizeof(Record) * entries, kCacheLine);
}

Status BlockDevice::start(const Access& access, Tables& tables, const char*& trouble, Transport* transport) {
  Status status = device_.open(access, transport, kWanted, trouble);
  if (!ok(status)) return status;
  status = place_queue(access, tables);
  if (!ok(status)) {
    trouble = status == Status::no_memory ? "the DMA pool is too small for the block device"
                                          : "the block device does not take its queue";
    device_.fail();
    return status;
  }
  read_configuration();
  if (!usable_block_size(info_.block_size)) {
    trouble = "the block device names a size of its blocks that is none";
    device_.fail();
    return Status::unsupported;
  }
  device_.start();
  read_serial();
  return Status::ok;
}

Status BlockDevice::place_queue(const Access& access, Tables& tables) {
  const QueueShape shape = device_.shape(access.pool, 0, most_entries(access.ring_size, kEntries));
  if (shape.entries < 4) return Status::io_error;
  const Status status = queue_.place(access.pool, tables.slots, shape);
  if (!ok(status)) return status;
  records_ = static_cast<Record*>(access.pool.take_uncleared(sizeof(Record) * shape.entries, kCacheLine));
  return records_ ? device_.attach(0, queue_) : Status::no_memory;
}

void BlockDevice::read_configuration() {
  info_.sectors = device_.configuration64(kCapacityOffset);
  info_.block_size = device_.has(kBlockSize) ? device_.configuration<std::uint32_t>(kBlockSizeOffset) : kSectorBytes;
  if (device_.has(kMostBytes)) info_.most_bytes = device_.configuration<std::uint32_t>(kMostBytesOffset);
  info_.read_only = device_.has(kReadOnly);
  info_.can_flush = device_.has(kFlush);
  info_.can_discard = device_.has(kDiscard);
  if (info_.can_discard) {
    const std::uint64_t bytes = std::uint64_t{device_.configuration<std::uint32_t>(kMaxDiscardOffset)} * kSectorBytes;
    info_.most_discard = static_cast<std::uint32_t>(bytes < 0xffff'fe00 ? bytes : 0xffff'fe00);
  }
  info_.events = device_.event(0);
}

// Nobody waits for the interrupt of a changed configuration: who wants to know how large the disk is asks.
BlockInfo BlockDevice::look_again() {
  device_.ask();
  info_.sectors = device_.configuration64(kCapacityOffset);
  return info_;
}

void BlockDevice::read_serial() {
  Record& record = records_[queue_.next_head()];
  record = {};
  record.header.type = BlockType::serial;
  record.answer = kUnset;
  Queue::Chain chain(queue_, 3);
  chain.put(&record.header, sizeof record.header);
  chain.put_writable(record.serial, kSerialBytes);
  chain.put_writable(&record.answer, 1);
  chain.offer(nullptr);
  queue_.kick();

  Finished finished;
  for (unsigned i = 0; i < kSerialPolls && !queue_.broken(); ++i) {
    if (!queue_.collect(finished)) continue;
    if (BlockAnswer{load(record.answer)} == BlockAnswer::ok)
      __builtin_memcpy(info_.serial, record.serial, kSerialBytes);
    return;
  }
}

Status BlockDevice::submit(BlockRequest& request) {
  if (queue_.broken()) return Status::io_error;
  const Status status = check_request(request, info_);
  if (!ok(status)) return status;
  const std::uint16_t count = request.operation == BlockOperation::flush ? 2 : 3;
  if (queue_.free() < count) return Status::would_block;

  Record& record = records_[queue_.next_head()];
  record.header = {type_of(request.operation), 0, 0};
  record.answer = kUnset;
  Queue::Chain chain(queue_, count);
  chain.put(&record.header, sizeof record.header);
  if (request.operation == BlockOperation::discard) {
    record.discard = {request.sector, request.length / kSectorBytes, 0};
    chain.put(&record.discard, sizeof record.discard);
  } else if (request.operation != BlockOperation::flush) {
    record.header.sector = request.sector;
    const bool reads = request.operation == BlockOperation::read;
    reads ? chain.put_writable(request.data, request.length) : chain.put(request.data, request.length);
  }
  chain.put_writable(&record.answer, 1);
  request.status = Status::would_block;
  chain.offer(&request);
  return Status::ok;
}

unsigned BlockDevice::poll(void (*done)(BlockRequest&)) {
  unsigned count = 0;
  Finished finished;
  while (queue_.collect(finished)) {
    if (!finished.token) continue;  // a serial number that came too late
    BlockRequest& request = *static_cast<BlockRequest*>(finished.token);
    request.status = status_of(BlockAnswer{load(records_[finished.head].answer)});
    ++count;
    done(request);
  }
  return queue_.broken() ? count + give_up(done) : count;
}

// A device that broke the rules is stopped; whoever waits for it hears of an error.
unsigned BlockDevice::give_up(void (*done)(BlockRequest&)) {
  if (given_up_) return 0;
  given_up_ = true;
  device_.reset();
  unsigned count = 0;
  void* token;
  while (queue_.abandon(token)) {
    if (!token) continue;
    BlockRequest& request = *static_cast<BlockRequest*>(token);
    request.status = Status::io_error;
    ++count;
    done(request);
  }
  return count;
}

bool BlockDevice::arm() {
  device_.acknowledge_interrupt();
  return queue_.arm();
}

namespace {

WICK_REGISTERED("drivers")
constexpr Driver driver = {"virtio/block", DeviceKind::block, kMatches, BlockDevice::dma_bytes, probe<BlockDevice>};

}  // namespace

}  // namespace wick::drivers::virtio
