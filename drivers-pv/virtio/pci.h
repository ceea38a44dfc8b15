// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// virtio over PCI (virtio 1.2 §4.1), modern devices only. hv has found the four structures, mapped them and set up one
// message interrupt an event; this never sees configuration space.

#include "virtio/transport.h"

namespace wick::drivers::virtio {

class PciTransport final : public Transport {
 public:
  constexpr PciTransport() = default;

  /// @param trouble on failure one sentence for the log
  Status open(const DeviceEntry& entry, const char*& trouble);

  std::uint8_t status() override;
  void set_status(std::uint8_t bits) override;
  std::uint64_t offered_features() override;
  void accept_features(std::uint64_t features) override;
  std::uint16_t most_entries(std::uint16_t queue) override;
  Status attach(std::uint16_t queue, const QueueMemory& memory, std::uint16_t vector) override;
  Doorbell doorbell(std::uint16_t queue) override;
  std::uint32_t configuration(std::uint32_t offset, unsigned width) override;
  std::uint32_t generation() override;
  void acknowledge_interrupt() override;

 private:
  enum class Register : std::uint16_t;
  template <typename T>
  T read(Register which) const {
    return common_.read<T>(static_cast<std::uint16_t>(which));
  }
  template <typename T>
  void write(Register which, T value) const {
    common_.write(static_cast<std::uint16_t>(which), value);
  }
  void write_address(Register low, Gpa address) const;
  std::uint64_t doorbell_offset(std::uint16_t queue) const;

  Registers common_, notify_, device_;
  std::uint32_t notify_multiplier_ = 0;
};

}  // namespace wick::drivers::virtio
