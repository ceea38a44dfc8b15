// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// virtio-net (virtio 1.2 §5.1): one pair of queues. Each receive buffer has a descriptor of its own for good, so giving
// a buffer back is one store; frames go out behind a header slot that belongs to the chain's first descriptor.

#include "class/network.h"
#include "virtio/device.h"
#include "virtio/network_header.h"

namespace wick::drivers::virtio {

class NetworkDevice final : public Network {
 public:
  constexpr NetworkDevice() = default;

  static constexpr unsigned kMaxDevices = 2;

  /// The private memory of one device.
  struct Tables {
    Slot transmit[kMaxEntries];
    ReceiveBuffer buffers[kMaxEntries];
    bool with_device[kMaxEntries];
  };

  /// Bytes of one receive buffer: padding, so that the IP header is aligned, the header, a full frame with a VLAN tag,
  /// rounded up.
  static constexpr std::uint32_t kBufferBytes = 1536;

  static std::uint64_t dma_bytes(std::uint32_t ring_size);
  /// @param transport nullptr: the one that the device entry names
  Status start(const Access& access, Tables& tables, const char*& trouble, Transport* transport = nullptr);

  NetworkInfo info() const override;
  Status transmit(std::span<const TransmitSegment> segments, const TransmitHints& hints, void* token) override;
  void flush() override;
  unsigned poll(Receiver& receiver, unsigned budget) override;
  void release(ReceiveBuffer* buffer) override;
  bool arm() override;

 private:
  Status place_queues(const Access& access);
  void read_configuration();
  void collect_transmitted(Receiver& receiver);
  void give_up(Receiver& receiver);
  ReceiveBuffer* take_frame(std::uint16_t ready);
  ReceiveBuffer* take_buffer();
  /// Where the device begins to write.
  std::uint8_t* buffer_memory(std::uint16_t index) { return buffer_memory_ + std::size_t{index} * kBufferBytes; }

  Ring receive_;
  Queue transmit_;
  Tables* tables_ = nullptr;
  std::uint8_t* buffer_memory_ = nullptr;
  struct HeaderSlot;
  HeaderSlot* headers_ = nullptr;
  std::uint32_t header_bytes_ = sizeof(NetworkHeader);
  bool mergeable_ = false;
  bool starved_ = false;  ///< a frame was refused because the ring was full
  bool given_up_ = false;
  NetworkInfo info_{};
  mutable Device device_;  ///< reading its configuration changes nothing that a caller could see
};

}  // namespace wick::drivers::virtio
