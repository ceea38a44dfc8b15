// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// virtio over MMIO (virtio 1.2 §4.2), version 2: a page of 32-bit registers and one interrupt for everything.

#include "virtio/transport.h"

namespace wick::drivers::virtio {

class MmioTransport final : public Transport {
 public:
  constexpr MmioTransport() = default;

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
  std::uint32_t read(Register which) const;
  void write(Register which, std::uint32_t value) const;
  void write_address(Register low, Gpa address) const;

  Registers registers_;
};

}  // namespace wick::drivers::virtio
