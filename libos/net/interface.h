// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// One network device as an lwIP interface. Received buffers become pbufs where they lie; frames go out as the pbufs
// that lwIP built, referenced until the device has read them. Nothing here blocks or knows of threads, so that the
// same code runs in the guest, in the packet fuzzer and in host tests.

#include <utility>

#include "class/network.h"
#include "lwip/netif.h"
#include "net/next_hops.h"

namespace wick::net {

struct InterfaceStatistics {
  std::uint64_t received_frames, received_bytes, sent_frames, sent_bytes;
  std::uint64_t dropped;  ///< received but not kept, or not sent for lack of room
  std::uint64_t flushes;  ///< batches handed to the device: at most this many doorbells
};

class Interface final : public drivers::Network::Receiver {
 public:
  constexpr Interface() = default;
  Interface(const Interface&) = delete;
  Interface& operator=(const Interface&) = delete;

  /// Registers the device with lwIP and brings the interface up, without an address.
  void start(drivers::Network& device, std::uint16_t mtu_limit);

  /// Takes in what has arrived. @return frames
  unsigned poll(unsigned budget) {
    unsigned frames = device_->poll(*this, budget);
    if (waiting_ != 0) send_waiting();
    if (std::exchange(told_, false) && (frames == 0 || !link_up_)) link_up_ = device_->look_at_link(*this);
    return frames;
  }

  /// The device has had an event: it may be about something else than frames.
  void told() { told_ = true; }

  /// Hands queued frames to the device.
  void flush() {
    if (queued_) flush_queued();
  }

  /// The link's MTU, as a DHCP server tells it: between the least that IPv4 promises and what the device can.
  void limit_mtu(std::uint16_t mtu);

  void forget_hops() { hops_.forget(); }

  bool arm() { return device_->arm(); }
  drivers::Network& device() { return *device_; }
  netif& lwip() { return netif_; }
  const InterfaceStatistics& statistics() const { return statistics_; }
  /// Frames that the device has not read yet.
  unsigned unsent_frames() const { return waiting_ + static_cast<unsigned>(statistics_.sent_frames - transmitted_); }

  void received(drivers::ReceiveBuffer* frame) override;
  void transmitted(void* token) override;
  void link_returned() override;
  /// As a copy, whose device may have another address than the one that it knows.
  void take_address();
  /// Likewise: its neighbours are other ones, and hear of it.
  void begin_again();

 private:
  struct Slot;
  static err_t initialize(netif* self);
  static err_t output4(netif* self, pbuf* packet, const ip4_addr_t* to);
  static err_t transmit(netif* self, pbuf* frame);
  static void release(pbuf* packet);
  void take_in(pbuf* packet, std::uint16_t type);
  pbuf* wrap(drivers::ReceiveBuffer* frame);
  err_t send(pbuf* frame, bool may_copy);
  Status offer(pbuf* frame, std::span<const drivers::TransmitSegment> segments);
  void send_waiting();
  void flush_queued();

  drivers::Network* device_ = nullptr;
  netif netif_{};
  drivers::Offload offload_;
  std::uint16_t checksum_flags_ = 0;
  std::uint16_t mtu_ = 0;
  std::uint16_t most_mtu_ = 0;     ///< of device and configuration
  unsigned held_ = 0;              ///< receive buffers that the stack keeps
  unsigned most_held_ = 96;        ///< beyond, frames that stay are copied, so that the device never runs dry
  std::uint64_t transmitted_ = 0;  ///< sent frames that the device is done with
  bool queued_ = false;
  bool told_ = false;     ///< since the last look
  bool link_up_ = false;  ///< when somebody looked last
  NextHops hops_;
  static constexpr unsigned kMaxWaiting = 256;  ///< a power of two
  pbuf* waiting_frames_[kMaxWaiting] = {};      ///< sent while the device's ring was full, oldest first
  unsigned first_waiting_ = 0, waiting_ = 0;
  InterfaceStatistics statistics_{};
};

}  // namespace wick::net
