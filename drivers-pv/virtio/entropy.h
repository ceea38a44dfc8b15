// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// virtio-rng (virtio 1.2 §5.4): a queue of empty buffers that come back filled.

#include "class/entropy.h"
#include "virtio/device.h"

namespace wick::drivers::virtio {

class EntropyDevice final : public Entropy {
 public:
  constexpr EntropyDevice() = default;

  static constexpr std::uint32_t kBufferBytes = 256;
  static constexpr std::uint16_t kEntries = 2;
  static constexpr unsigned kMaxDevices = 1;

  /// The private memory of one device.
  struct Tables {
    Slot slots[kEntries];
  };

  static std::uint64_t dma_bytes(std::uint32_t ring_size);
  /// @param transport nullptr: the one that the device entry names
  Status start(const Access& access, Tables& tables, const char*& trouble, Transport* transport = nullptr);

  Status request(std::size_t bytes) override;
  std::size_t collect(std::span<std::uint8_t> to) override;
  EventMask events() const override { return events_; }

 private:
  Status place_queue(const Access& access, Tables& tables);

  Queue queue_;
  std::uint8_t* buffer_ = nullptr;
  EventMask events_{};
  Device device_;
};

}  // namespace wick::drivers::virtio
