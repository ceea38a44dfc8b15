// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// virtio-vsock (virtio 1.2 §5.10): a queue of empty buffers for packets, one of packets, and one for events.

#include "class/vsock.h"
#include "virtio/device.h"

namespace wick::drivers::virtio {

class VsockDevice final : public Vsock {
 public:
  constexpr VsockDevice() = default;

  static constexpr std::uint16_t kEntries = 16, kEventEntries = 2;
  static constexpr unsigned kMaxDevices = 1;

  /// The private memory of one device.
  struct Tables {
    Slot receive[kEntries], transmit[kEntries], event[kEventEntries];
  };

  static std::uint64_t dma_bytes(std::uint32_t ring_size);
  /// @param transport nullptr: the one that the device entry names
  Status start(const Access& access, Tables& tables, const char*& trouble, Transport* transport = nullptr);

  std::uint64_t cid() const override { return cid_; }
  EventMask events() const override { return events_; }
  unsigned room() override;
  Status transmit(const VsockHeader& header, std::span<const std::uint8_t> data) override;
  void flush() override;
  unsigned poll(Receiver& receiver, unsigned most) override;
  bool idle() override;
  bool broken() const override { return given_up_; }
  bool arm() override;

 private:
  struct Event {
    std::uint32_t id;  ///< 0: the transport was reset, the only one there is
  };
  Status place(const Access& access, Tables& tables);
  std::uint8_t* buffer(unsigned index) { return buffers_ + index * kVsockPacket; }
  void give_buffer(std::uint8_t* memory);
  void give_event();
  void reclaim();
  void give_up(Receiver& receiver);

  Queue receive_, transmit_, event_;
  std::uint8_t* buffers_ = nullptr;    ///< of both queues
  std::uint8_t* free_[kEntries] = {};  ///< that nothing is sent from
  unsigned free_count_ = 0;
  Event* told_ = nullptr;
  std::uint64_t cid_ = 0;
  EventMask events_{};
  bool given_up_ = false;
  Device device_;
};

}  // namespace wick::drivers::virtio
