// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "devices/pci.h"

#include "arch/instructions.h"

namespace wick::hv {
namespace {
constexpr std::uint16_t kAddress = 0xcf8, kData = 0xcfc;
}

std::uint32_t PciFunction::read(unsigned offset) const {
  port_out<std::uint32_t>(kAddress, selector_ | (offset & ~3u));
  return port_in<std::uint32_t>(kData);
}

void PciFunction::write(unsigned offset, std::uint32_t value) const {
  port_out<std::uint32_t>(kAddress, selector_ | (offset & ~3u));
  port_out<std::uint32_t>(kData, value);
}

Gpa PciFunction::bar(unsigned index) const {
  constexpr std::uint32_t kPortBar = 1, kTypeMask = 6, k64Bit = 4;
  const std::uint32_t low = read(0x10 + 4 * index);
  if (low & kPortBar) return Gpa{};
  std::uint64_t address = low & ~0xfu;
  if ((low & kTypeMask) == k64Bit) address |= static_cast<std::uint64_t>(read(0x14 + 4 * index)) << 32;
  return Gpa{address};
}

}  // namespace wick::hv
