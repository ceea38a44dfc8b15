// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// PCI configuration space, which each kind of processor reaches in a way of its own, and the walk over all functions.
// Bus numbers and addresses are firmware's.

#include "abi/types.h"

namespace wick::hv {

struct Boot;

class PciFunction {
 public:
  constexpr PciFunction(unsigned bus, unsigned device, unsigned function)
      : selector_(bus << 16 | device << 11 | function << 8) {}

  std::uint32_t read(unsigned offset) const;
  std::uint16_t read16(unsigned offset) const { return static_cast<std::uint16_t>(read(offset) >> (offset & 2) * 8); }
  std::uint8_t read8(unsigned offset) const { return static_cast<std::uint8_t>(read(offset) >> (offset & 3) * 8); }
  void write(unsigned offset, std::uint32_t value) const;

  /// As requester() has it.
  constexpr explicit PciFunction(std::uint16_t requester) : selector_(std::uint32_t{requester} << 8) {}

  /// Bus, device and function as the function's own requests carry them.
  std::uint16_t requester() const { return static_cast<std::uint16_t>(selector_ >> 8); }

  bool present() const { return read16(0) != 0xffff; }
  bool multi_function() const { return read8(14) & 0x80; }
  std::uint32_t class_code() const { return read(8) >> 8; }  ///< class, subclass and interface
  bool is_bridge() const { return class_code() >> 16 == 6; }
  /// The number of the bus behind a PCI-to-PCI bridge (PCI-to-PCI Bridge Architecture 1.2, §3.2.5.4); 0 for the rest.
  unsigned bus_behind() const { return (read8(14) & 0x7f) == 1 ? read8(0x19) : 0; }

  /// @return where firmware put memory BAR `index`; 0 for a port BAR or an unused one
  Gpa bar(unsigned index) const;
  /// Asks for its size, by what sticks of all ones; the function answers no access meanwhile.
  std::uint64_t bar_length(unsigned index) const;

  /// Lets the function answer at its memory BARs.
  void answer() const { write(4, command() | kMemory); }
  /// Lets it reach memory itself, or not.
  void master(bool on) const { write(4, on ? command() | kMaster : command() & ~kMaster); }

  /// Calls `visit(offset)` for each capability with this id, until it returns true.
  template <typename Visit>
  void each_capability(std::uint8_t id, Visit visit) const {
    if (!(read16(6) & 0x10)) return;
    unsigned offset = read8(0x34) & ~3u;
    for (unsigned i = 0; offset && i < 48; ++i, offset = read8(offset + 1) & ~3u)
      if (read8(offset) == id && visit(offset)) return;
  }

 private:
  static constexpr std::uint32_t kMemory = 2, kMaster = 4;
  /// Without the status in the upper half, where a one that is written clears.
  std::uint32_t command() const { return read16(4); }
  std::uint32_t selector_;
};

/// Adds the function if it is a modern virtio one that works, with MSI-X set up. @return whether it is modern
bool add_virtio_pci(const PciFunction& function, std::uint32_t identity, Boot& boot);

/// Calls `visit` for everything on bus 0 and behind its bridges.
void each_pci_function(Boot& boot, void (*visit)(const PciFunction& function, Boot& boot));

}  // namespace wick::hv
