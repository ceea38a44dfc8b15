// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// virtio-rng (virtio 1.2 §5.4): a queue of empty buffers that come back filled.

#include "class/entropy.h"
#include "virtio/device.h"

namespace wick::drivers::virtio {

struct EntropyTables {
  static constexpr std::uint16_t kEntries = 2;
  Slot slots[kEntries];
};

template <typename Rings>
class BasicEntropy final : public Entropy {
 public:
  constexpr BasicEntropy() = default;

  static constexpr std::uint32_t kBufferBytes = 256;
  static constexpr unsigned kMaxDevices = 1;
  /// The private memory of one device.
  using Tables = EntropyTables;

  static std::uint64_t dma_bytes(std::uint32_t) {
    return Rings::Ring::dma_bytes(Tables::kEntries) + dma_share(kBufferBytes, sizeof(std::uint64_t));
  }

  /// @param transport nullptr: the one that the device entry names
  Status start(const Access& access, Tables& tables, const char*& trouble, Transport* transport = nullptr) {
    Status status = device_.open(access, transport, Rings::kFeature, trouble);
    if (!ok(status)) return status;
    status = place_queue(access, tables);
    if (!ok(status))
      return device_.fail(status, trouble, "the DMA pool is too small for the entropy device",
                          "the entropy device does not take its queue");
    events_ = device_.event(0);
    device_.start();
    return Status::ok;
  }

  Status request(std::size_t bytes) override {
    if (queue_.broken()) return Status::io_error;
    if (queue_.in_flight() != 0) return Status::would_block;
    if (bytes == 0) return Status::bad_argument;
    typename Rings::Queue::Chain chain(queue_, 1);
    chain.put_writable(buffer_, bytes < kBufferBytes ? static_cast<std::uint32_t>(bytes) : kBufferBytes);
    chain.offer(nullptr);
    device_.acknowledge_interrupt();
    queue_.arm();
    queue_.kick();
    return Status::ok;
  }

  std::size_t collect(std::span<std::uint8_t> to) override {
    Finished finished;
    if (!queue_.collect(finished)) return 0;
    const std::size_t count = finished.length < to.size() ? finished.length : to.size();
    __builtin_memcpy(to.data(), buffer_, count);
    // What was handed out is nobody else's business.
    __builtin_memset(buffer_, 0, finished.length);
    return count;
  }

  EventMask events() const override { return events_; }

 private:
  Status place_queue(const Access& access, Tables& tables) {
    const QueueShape shape = device_.shape(access.pool, 0, Tables::kEntries);
    if (shape.entries == 0) return Status::io_error;
    const Status status = queue_.place(access.pool, tables.slots, shape);
    if (!ok(status)) return status;
    buffer_ = static_cast<std::uint8_t*>(access.pool.take_uncleared(kBufferBytes, sizeof(std::uint64_t)));
    return buffer_ ? device_.attach(0, queue_) : Status::no_memory;
  }

  typename Rings::Queue queue_;
  std::uint8_t* buffer_ = nullptr;
  EventMask events_{};
  Device device_;
};

using EntropyDevice = BasicEntropy<SplitRings>;

}  // namespace wick::drivers::virtio
