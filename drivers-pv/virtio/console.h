// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// virtio-console (virtio 1.2 §5.3), its first port only: bytes are copied into and out of a few buffers.

#include "abi/device_page.h"
#include "class/console.h"
#include "virtio/device.h"

namespace wick::drivers::virtio {

struct ConsoleTables {
  static constexpr std::uint16_t kEntries = 8;
  Slot receive[kEntries], transmit[kEntries];
};

template <typename Rings>
class BasicConsole final : public Console {
 public:
  constexpr BasicConsole() = default;

  static constexpr unsigned kMaxDevices = 1;
  static constexpr std::uint32_t kBufferBytes = 512;
  static constexpr std::uint16_t kEntries = ConsoleTables::kEntries;
  /// The private memory of one device.
  using Tables = ConsoleTables;

  static std::uint64_t dma_bytes(std::uint32_t) {
    return 2 * (Rings::Ring::dma_bytes(kEntries) + dma_share(std::uint64_t{kBufferBytes} * kEntries, kCacheLine));
  }

  /// @param transport nullptr: the one that the device entry names
  Status start(const Access& access, Tables& tables, const char*& trouble, Transport* transport = nullptr) {
    Status status = device_.open(access, transport, kEmptyEndsInput | Rings::kFeature, trouble);
    if (!ok(status)) return status;
    status = place_queues(access, tables);
    if (!ok(status))
      return device_.fail(status, trouble, "the DMA pool is too small for the console",
                          "the console does not take its queues");
    events_ = device_.event(kReceiveQueue) | device_.event(kTransmitQueue);
    device_.start();
    receive_.kick();
    return Status::ok;
  }

  std::size_t write(std::span<const std::uint8_t> bytes) override {
    std::size_t taken = 0;
    free_sent();
    while (taken < bytes.size() && !transmit_.broken()) {
      if (transmit_.free() == 0) {
        transmit_.kick();
        device_.acknowledge_interrupt();
        if (transmit_.arm()) break;  // the event says when there is room
        free_sent();
        continue;
      }
      const std::size_t left = bytes.size() - taken;
      const std::uint32_t count = left < kBufferBytes ? static_cast<std::uint32_t>(left) : kBufferBytes;
      std::uint8_t* buffer = transmit_memory_ + std::size_t{transmit_.next_head()} * kBufferBytes;
      __builtin_memcpy(buffer, bytes.data() + taken, count);
      Chain chain(transmit_, 1);
      chain.put(buffer, count);
      chain.offer(buffer);
      taken += count;
    }
    transmit_.kick();
    return taken;
  }

  std::size_t read(std::span<std::uint8_t> to) override {
    std::size_t done = 0;
    // A device may answer with empty buffers; it shall not keep us here with them.
    std::uint16_t empty_left = kEntries;
    while (done < to.size() && !receive_.broken()) {
      if (unread_.empty()) {
        if (empty_left-- == 0 || (done != 0 && !receive_.finished())) break;
        if (!next_received()) break;
        continue;
      }
      empty_left = kEntries;
      const std::size_t left = to.size() - done;
      const std::size_t count = unread_.size() < left ? unread_.size() : left;
      __builtin_memcpy(to.data() + done, unread_.data(), count);
      unread_ = unread_.subspan(count);
      done += count;
    }
    return done;
  }

  bool ended() const override { return ended_ && unread_.empty(); }

  bool drained() override {
    free_sent();
    return transmit_.broken() || transmit_.in_flight() == 0;
  }

  EventMask events() const override { return events_; }

 private:
  using Chain = typename Rings::Queue::Chain;
  static constexpr std::uint16_t kReceiveQueue = 0, kTransmitQueue = 1;  // §5.3.2, of port 0

  Status place_queues(const Access& access, Tables& tables) {
    const QueueShape receive = device_.shape(access.pool, kReceiveQueue, kEntries);
    const QueueShape transmit = device_.shape(access.pool, kTransmitQueue, kEntries);
    if (receive.entries == 0 || transmit.entries == 0) return Status::io_error;
    Status status = receive_.place(access.pool, tables.receive, receive);
    if (!ok(status)) return status;
    status = transmit_.place(access.pool, tables.transmit, transmit);
    if (!ok(status)) return status;
    receive_memory_ = static_cast<std::uint8_t*>(
        access.pool.take_uncleared(std::uint64_t{kBufferBytes} * receive.entries, kCacheLine));
    transmit_memory_ = static_cast<std::uint8_t*>(
        access.pool.take_uncleared(std::uint64_t{kBufferBytes} * transmit.entries, kCacheLine));
    if (!receive_memory_ || !transmit_memory_) return Status::no_memory;
    while (receive_.free() != 0) offer_receive();
    status = device_.attach(kReceiveQueue, receive_);
    if (!ok(status)) return status;
    return device_.attach(kTransmitQueue, transmit_);
  }

  // Buffers belong to heads: a chain has one descriptor.
  void offer_receive() {
    std::uint8_t* buffer = receive_buffer(receive_.next_head());
    Chain chain(receive_, 1);
    chain.put_writable(buffer, kBufferBytes);
    chain.offer(buffer);
  }

  void free_sent() {
    Finished finished;
    while (transmit_.collect(finished)) {
    }
  }

  /// @return whether there is something to read
  bool next_received() {
    if (reading_) {
      reading_ = false;
      offer_receive();
      receive_.kick();
    }
    for (;;) {
      Finished finished;
      if (receive_.collect(finished)) {
        // The chain's descriptor stays free until the buffer is read: no other chain is made on this queue.
        reading_ = true;
        unread_ = {receive_buffer(finished.head), finished.length};
        if (finished.length == 0 && device_.has(kEmptyEndsInput)) ended_ = true;
        return true;
      }
      device_.acknowledge_interrupt();
      if (receive_.arm()) return false;
    }
  }

  std::uint8_t* receive_buffer(std::uint16_t head) { return receive_memory_ + std::size_t{head} * kBufferBytes; }

  typename Rings::Queue receive_, transmit_;
  std::uint8_t* receive_memory_ = nullptr;
  std::uint8_t* transmit_memory_ = nullptr;
  std::span<const std::uint8_t> unread_;  ///< of the buffer that is not the device's at the moment
  bool reading_ = false;                  ///< there is such a buffer
  bool ended_ = false;
  EventMask events_{};
  Device device_;
};

using ConsoleDevice = BasicConsole<SplitRings>;

}  // namespace wick::drivers::virtio
