// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// A network on which everybody hears himself: what is sent comes back. For tests, and the shortest driver there is: its
// device is QEMU's "edu" (docs/specs/edu), of which it takes nothing but the interrupt.

#include "class/probe.h"
#include "class/registers.h"

namespace wick::drivers::loopback {
namespace {

constexpr std::uint64_t kRaise = 0x60, kAcknowledge = 0x64;

constexpr Match kMatches[] = {{.bus = Bus::pci, .identity = 0x11e81234}};

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
    registers_ = Registers(access.device.windows[0]);
    if (!registers_.covers(kAcknowledge, sizeof(std::uint32_t)) || access.device.event_count == 0) {
      trouble = "the loop-back network shows too few registers or has no interrupt";
      return Status::bad_argument;
    }
    events_ = event_bit(access.device.events[0]);
    tables_ = &tables;
    memory_ = static_cast<std::uint8_t*>(access.pool.take_uncleared(std::uint64_t{kFrames} * kBufferBytes, 1));
    if (!memory_) {
      trouble = "the DMA pool is too small for the loop-back network";
      return Status::no_memory;
    }
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
    if (armed_ && first_) registers_.write(kRaise, 1u);
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

  bool arm() override {
    registers_.write(kAcknowledge, ~0u);
    return armed_ = !first_ && !token_count_;
  }

 private:
  Registers registers_;
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
