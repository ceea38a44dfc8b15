// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// PCI configuration space of bus 0 by the ports 0xcf8 and 0xcfc (PCI Local Bus Specification 3.0, §3.2.2.3.2).

#include "abi/types.h"

namespace wick::hv {

class PciFunction {
 public:
  constexpr PciFunction(unsigned device, unsigned function) : selector_(1u << 31 | device << 11 | function << 8) {}

  std::uint32_t read(unsigned offset) const;
  std::uint16_t read16(unsigned offset) const { return static_cast<std::uint16_t>(read(offset) >> (offset & 2) * 8); }
  std::uint8_t read8(unsigned offset) const { return static_cast<std::uint8_t>(read(offset) >> (offset & 3) * 8); }
  void write(unsigned offset, std::uint32_t value) const;

  bool present() const { return read16(0) != 0xffff; }
  bool multi_function() const { return read8(14) & 0x80; }

  /// @return where firmware put memory BAR `index`; 0 for a port BAR or an unused one
  Gpa bar(unsigned index) const;

  /// Calls `visit(offset)` for each capability with this id, until it returns true.
  template <typename Visit>
  void each_capability(std::uint8_t id, Visit visit) const {
    if (!(read16(6) & 0x10)) return;
    unsigned offset = read8(0x34) & ~3u;
    for (unsigned i = 0; offset && i < 48; ++i, offset = read8(offset + 1) & ~3u)
      if (read8(offset) == id && visit(offset)) return;
  }

 private:
  std::uint32_t selector_;
};

}  // namespace wick::hv
