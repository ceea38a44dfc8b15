// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// A network on which everybody hears himself: what is sent comes back. For tests, and the shortest driver there is: of
// its device it takes nothing but the event, on a bus that came with it (hv/devices/loopback).

#include "class/network.h"

#include "class/doorbell.h"
#include "class/probe.h"
#include "loopback/bus.h"

namespace wick::drivers::loopback {
namespace {

constexpr Match kMatches[] = {{.bus = kBus}};

class Device final : public Network {
 public:
  static constexpr unsigned kMaxDevices = 1, kFrames = 16;
  static constexpr std::uint32_t kBufferBytes = 1536, kPadding = 2;  // so that the IP header is aligned

  /// The private memory of one device.
  struct Tables {
    ReceiveBuffer buffers[kFrames];
    void* tokens[kFrames];
  };

  static std::uint64_t dma_bytes(std::uint32_t) { return dma_share(std::uint64_t{kFrames} * kBufferBytes, 1); }

  Status start(const Access& access, Tables& tables, const char*& trouble) {
    if (access.device.event_count == 0)
      return explain(trouble, Status::bad_argument, "the loop-back network has no event");
    doorbell_ = Doorbell(access.notify, access.device.number);
    events_ = event_bit(access.device.events[0]);
    tables_ = &tables;
    memory_ = static_cast<std::uint8_t*>(access.pool.take_uncleared(std::uint64_t{kFrames} * kBufferBytes, 1));
    if (!memory_) return explain(trouble, Status::no_memory, "the DMA pool is too small for the loop-back network");
    for (std::uint16_t i = 0; i < kFrames; ++i) {
      tables.buffers[i].index = i;
      release(&tables.buffers[i]);
    }
    return Status::ok;
  }

  NetworkInfo info() const override {
    return {.mac = {0x02, 'W', 'I', 'C', 'K', 1}, .mtu = 1500, .link_up = true, .offload = {}, .events = events_};
  }

  Status transmit(std::span<const TransmitSegment> segments, const TransmitHints&, void* token) override {
    if (!free_ || token_count_ == kFrames) return Status::would_block;
    ReceiveBuffer& frame = *free_;
    std::uint8_t* const start = memory_ + std::size_t{frame.index} * kBufferBytes + kPadding;
    std::uint32_t length = 0;
    for (const TransmitSegment& segment : segments) {
      if (segment.length > kBufferBytes - kPadding - length) return Status::bad_argument;
      __builtin_memcpy(start + length, segment.data, segment.length);
      length += segment.length;
    }
    free_ = frame.next;
    frame.next = nullptr;
    frame.data = start;
    frame.length = length;
    frame.checksum_good = frame.checksum_partial = false;
    *(first_ ? &last_->next : &first_) = &frame;
    last_ = &frame;
    tables_->tokens[token_count_++] = token;
    return Status::ok;
  }

  void flush() override {
    if (armed_ && first_) doorbell_.ring();
    armed_ = armed_ && !first_;
  }

  unsigned poll(Receiver& receiver, unsigned budget) override {
    while (token_count_) receiver.transmitted(tables_->tokens[--token_count_]);
    unsigned frames = 0;
    for (; frames < budget && first_; ++frames) {
      ReceiveBuffer* const frame = first_;
      first_ = frame->next;
      frame->next = nullptr;
      receiver.received(frame);
    }
    return frames;
  }

  void release(ReceiveBuffer* buffer) override {
    buffer->next = free_;
    free_ = buffer;
  }

  bool arm() override { return armed_ = !first_ && !token_count_; }

 private:
  Doorbell doorbell_;
  EventMask events_{};
  Tables* tables_ = nullptr;
  std::uint8_t* memory_ = nullptr;
  ReceiveBuffer *free_ = nullptr, *first_ = nullptr, *last_ = nullptr;
  unsigned token_count_ = 0;
  bool armed_ = false;
};

WICK_REGISTERED("drivers")
constexpr Driver driver = {"loopback/network", DeviceKind::network, kMatches, Device::dma_bytes, probe<Device>};

}  // namespace
}  // namespace wick::drivers::loopback
