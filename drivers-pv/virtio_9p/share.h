// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// virtio's 9P transport (abi/virtio/share.h): one message at a time, as a chain of what is asked and the room for the
// answer.

#include "abi/virtio/share.h"
#include "class/share.h"
#include "virtio/device.h"

namespace wick::drivers::virtio {

class ShareDevice final : public Share {
 public:
  constexpr ShareDevice() = default;

  static constexpr std::uint16_t kEntries = 4;
  static constexpr unsigned kMaxDevices = 4;

  /// The private memory of one device.
  struct Tables {
    Slot slots[kEntries];
  };

  static std::uint64_t dma_bytes(std::uint32_t ring_size);
  /// @param transport nullptr: the one that the device entry names
  Status start(const Access& access, Tables& tables, const char*& trouble, Transport* transport = nullptr);

  const char* name() const override { return name_; }
  EventMask events() const override { return events_; }
  Status ask(std::span<const std::uint8_t> message, std::span<std::uint8_t> answer) override;
  Status collect(std::uint32_t& bytes) override;
  bool arm() override;

 private:
  Status place_queue(const Access& access, Tables& tables);
  bool read_name();
  Status give_up();

  Queue queue_;
  char name_[kNameBytes + 1] = {};
  EventMask events_{};
  bool given_up_ = false;
  Device device_;
};

}  // namespace wick::drivers::virtio
