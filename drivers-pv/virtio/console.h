// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// virtio-console (virtio 1.2 §5.3), its first port only: bytes are copied into and out of a few buffers.

#include "abi/device_page.h"
#include "class/console.h"
#include "virtio/device.h"

namespace wick::drivers::virtio {

class ConsoleDevice final : public Console {
 public:
  constexpr ConsoleDevice() = default;

  static constexpr unsigned kMaxDevices = 1;
  static constexpr std::uint16_t kEntries = 8;
  static constexpr std::uint32_t kBufferBytes = 512;

  /// The private memory of one device.
  struct Tables {
    Slot receive[kEntries], transmit[kEntries];
  };

  static std::uint64_t dma_bytes(std::uint32_t ring_size);
  /// @param transport nullptr: the one that the device entry names
  Status start(const Access& access, Tables& tables, const char*& trouble, Transport* transport = nullptr);

  std::size_t write(std::span<const std::uint8_t> bytes) override;
  std::size_t read(std::span<std::uint8_t> to) override;
  bool ended() const override { return ended_ && unread_.empty(); }
  bool drained() override;
  EventMask events() const override { return events_; }

 private:
  Status place_queues(const Access& access, Tables& tables);
  void offer_receive();
  bool next_received();
  void free_sent();

  std::uint8_t* receive_buffer(std::uint16_t head) { return receive_memory_ + std::size_t{head} * kBufferBytes; }

  Queue receive_, transmit_;
  std::uint8_t* receive_memory_ = nullptr;
  std::uint8_t* transmit_memory_ = nullptr;
  std::span<const std::uint8_t> unread_;  ///< of the buffer that is not the device's at the moment
  bool reading_ = false;                  ///< there is such a buffer
  bool ended_ = false;
  EventMask events_{};
  Device device_;
};

}  // namespace wick::drivers::virtio
