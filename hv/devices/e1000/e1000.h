// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Intel's 8254x and 8257x gigabit Ethernet chips as far as they are alike: one receive and one transmit ring, checksums
// by the chip, one interrupt. Tried with the 82574L and 82540EM of QEMU and the 82540EM of Bochs.

#include "class/driver.h"
#include "class/registers.h"
#include "devices/e1000/receive.h"
#include "devices/e1000/transmit.h"

namespace wick::hv::e1000 {

/// Intel's 82540EM and 82574L.
inline constexpr Match kMatches[] = {{.bus = Bus::pci, .identity = 0x100e8086},
                                     {.bus = Bus::pci, .identity = 0x10d38086}};

class Device final : public Network {
 public:
  constexpr Device() = default;

  static constexpr unsigned kMaxDevices = 2;

  /// The private memory of one device.
  struct Tables {
    Sent sent[kMaxEntries];
    ReceiveBuffer buffers[kMaxEntries];
  };

  static std::uint64_t dma_bytes(std::uint32_t ring_size);
  /// Brings the chip up, without waiting for the link.
  Status start(const Access& access, Tables& tables, const char*& trouble);

  NetworkInfo info() const override;
  Status transmit(std::span<const TransmitSegment> segments, const TransmitHints& hints, void* token) override;
  void flush() override;
  unsigned poll(Receiver& receiver, unsigned budget) override;
  void release(ReceiveBuffer* buffer) override { receive_.give(*buffer); }
  bool arm() override;

 private:
  bool read_mac();
  [[nodiscard]] bool read_eeprom(std::uint32_t word, std::uint32_t& value) const;
  bool reset() const;
  void start_rings() const;
  void refill();

  NamedRegisters<Register> registers_;
  ReceiveRing receive_;
  TransmitRing transmit_;
  bool starved_ = false;            ///< a frame was refused because the ring was full
  bool told_of_transmits_ = false;  ///< the chip interrupts for transmitted frames
  bool link_changed_ = false;       ///< and nobody has been told
  NetworkInfo info_{};
};

}  // namespace wick::hv::e1000
