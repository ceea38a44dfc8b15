// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// virtio-blk (virtio 1.2 §5.2): one queue of requests, each a chain of header, data and status byte. Whichever format
// the queue has: `Rings` names it.

#include "abi/virtio/block.h"
#include "class/block.h"
#include "virtio/device.h"

namespace wick::drivers::virtio {

/// What the device reads and writes besides the data.
struct alignas(64) BlockRecord {
  BlockHeader header;
  BlockDiscard discard;
  std::uint8_t answer;  ///< a BlockAnswer once it isn't unset
  char serial[kSerialBytes];
};

/// By BlockOperation.
inline constexpr BlockType kBlockTypes[] = {BlockType::read, BlockType::write, BlockType::flush, BlockType::discard};
static_assert(kBlockTypes[static_cast<unsigned>(BlockOperation::discard)] == BlockType::discard);

struct BlockTables {
  /// Entries of the queue: each request takes three at most, so 42 are under way at the same time.
  static constexpr std::uint16_t kEntries = 128;
  Slot slots[kEntries];
};

template <typename Rings>
class BasicBlock final : public Block {
 public:
  constexpr BasicBlock() = default;

  static constexpr unsigned kMaxDevices = 4;
  /// The private memory of one device.
  using Tables = BlockTables;

  static std::uint64_t dma_bytes(std::uint32_t ring_size) {
    const std::uint16_t entries = most_entries(ring_size, Tables::kEntries);
    return Rings::Ring::dma_bytes(entries) + dma_share(sizeof(BlockRecord) * entries, kCacheLine);
  }

  /// @param transport nullptr: the one that the device entry names
  Status start(const Access& access, Tables& tables, const char*& trouble, Transport* transport = nullptr) {
    Status status = device_.open(access, transport, kWanted | Rings::kFeature, trouble);
    if (!ok(status)) return status;
    status = place_queue(access, tables);
    if (!ok(status))
      return device_.fail(status, trouble, "the DMA pool is too small for the block device",
                          "the block device does not take its queue");
    read_configuration();
    if (!usable_block_size(info_.block_size))
      return device_.fail(Status::unsupported, trouble, "", "the block device names a size of its blocks that is none");
    device_.start();
    read_serial();
    return Status::ok;
  }

  BlockInfo info() const override { return info_; }

  // Nobody waits for the interrupt of a changed configuration: who wants to know how large the disk is asks.
  BlockInfo look_again() override {
    device_.ask();
    info_.sectors = device_.configuration64(offsetof(BlockConfiguration, capacity));
    return info_;
  }

  Status submit(BlockRequest& request) override {
    if (queue_.broken()) return Status::io_error;
    const Status status = check_request(request, info_);
    if (!ok(status)) return status;
    const std::uint16_t count = request.operation == BlockOperation::flush ? 2 : 3;
    if (queue_.free() < count) return Status::would_block;

    BlockRecord& record = records_[queue_.next_head()];
    record.header = {kBlockTypes[static_cast<unsigned>(request.operation)], 0, 0};
    record.answer = kUnset;
    typename Rings::Queue::Chain chain(queue_, count);
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

  void flush_queue() override { queue_.kick(); }

  unsigned poll(void (*done)(BlockRequest&)) override {
    unsigned count = 0;
    Finished finished;
    while (queue_.collect(finished)) {
      if (!finished.token) continue;  // a serial number that came too late
      BlockRequest& request = *static_cast<BlockRequest*>(finished.token);
      const BlockAnswer answer{load(records_[finished.head].answer)};
      request.status = answer == BlockAnswer::ok            ? Status::ok
                       : answer == BlockAnswer::unsupported ? Status::unsupported
                                                            : Status::io_error;
      ++count;
      done(request);
    }
    return queue_.broken() ? count + give_up(done) : count;
  }

  bool arm() override {
    device_.acknowledge_interrupt();
    return queue_.arm();
  }

 private:
  static constexpr std::uint64_t kWanted = kMostBytes | kReadOnly | kBlockSize | kFlush | kDiscard;
  static constexpr std::uint8_t kUnset = 0xff;

  Status place_queue(const Access& access, Tables& tables) {
    const QueueShape shape = device_.shape(access.pool, 0, most_entries(access.ring_size, Tables::kEntries));
    if (shape.entries < 4) return Status::io_error;
    const Status status = queue_.place(access.pool, tables.slots, shape);
    if (!ok(status)) return status;
    records_ = static_cast<BlockRecord*>(access.pool.take_uncleared(sizeof(BlockRecord) * shape.entries, kCacheLine));
    return records_ ? device_.attach(0, queue_) : Status::no_memory;
  }

  void read_configuration() {
    const auto word = [&](std::uint32_t offset) { return device_.configuration<std::uint32_t>(offset); };
    info_.sectors = device_.configuration64(offsetof(BlockConfiguration, capacity));
    info_.block_size = device_.has(kBlockSize) ? word(offsetof(BlockConfiguration, block_size)) : kSectorBytes;
    if (device_.has(kMostBytes)) info_.most_bytes = word(offsetof(BlockConfiguration, most_bytes));
    info_.read_only = device_.has(kReadOnly);
    info_.can_flush = device_.has(kFlush);
    info_.can_discard = device_.has(kDiscard);
    if (info_.can_discard) {
      const auto bytes = std::uint64_t{word(offsetof(BlockConfiguration, most_discard_sectors))} * kSectorBytes;
      info_.most_discard = static_cast<std::uint32_t>(bytes < 0xffff'fe00 ? bytes : 0xffff'fe00);
    }
    info_.events = device_.event(0);
  }

  // The one wait of a driver: the serial number names the volume, so nothing above can start without it. Devices answer
  // from their memory.
  void read_serial() {
    constexpr unsigned kPolls = 10'000'000;
    BlockRecord& record = records_[queue_.next_head()];
    record = {};
    record.header.type = BlockType::serial;
    record.answer = kUnset;
    typename Rings::Queue::Chain chain(queue_, 3);
    chain.put(&record.header, sizeof record.header);
    chain.put_writable(record.serial, kSerialBytes);
    chain.put_writable(&record.answer, 1);
    chain.offer(nullptr);
    queue_.kick();

    Finished finished;
    for (unsigned i = 0; i < kPolls && !queue_.broken(); ++i) {
      if (!queue_.collect(finished)) continue;
      if (BlockAnswer{load(record.answer)} == BlockAnswer::ok)
        __builtin_memcpy(info_.serial, record.serial, kSerialBytes);
      return;
    }
  }

  // A device that broke the rules is stopped; whoever waits for it hears of an error.
  unsigned give_up(void (*done)(BlockRequest&)) {
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

  typename Rings::Queue queue_;
  BlockRecord* records_ = nullptr;  ///< one for each possible head
  BlockInfo info_{};
  bool given_up_ = false;
  Device device_;
};

using BlockDevice = BasicBlock<SplitRings>;

}  // namespace wick::drivers::virtio
