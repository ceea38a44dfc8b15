// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "devices/pci.h"

#include "arch/instructions.h"

namespace wick::hv {
namespace {
constexpr std::uint16_t kAddress = 0xcf8, kData = 0xcfc;
constexpr std::uint32_t kPortBar = 1, kTypeMask = 6, k64Bit = 4, kFlags = 0xf;  // §6.2.5.1
}  // namespace

std::uint32_t PciFunction::read(unsigned offset) const {
  port_out<std::uint32_t>(kAddress, selector_ | (offset & ~3u));
  return port_in<std::uint32_t>(kData);
}

void PciFunction::write(unsigned offset, std::uint32_t value) const {
  port_out<std::uint32_t>(kAddress, selector_ | (offset & ~3u));
  port_out<std::uint32_t>(kData, value);
}

Gpa PciFunction::bar(unsigned index) const {
  const std::uint32_t low = read(0x10 + 4 * index);
  if (low & kPortBar) return Gpa{};
  std::uint64_t address = low & ~kFlags;
  if ((low & kTypeMask) == k64Bit) address |= static_cast<std::uint64_t>(read(0x14 + 4 * index)) << 32;
  return Gpa{address};
}

std::uint64_t PciFunction::bar_length(unsigned index) const {
  const unsigned offset = 0x10 + 4 * index;
  const std::uint32_t command = this->command(), before = read(offset);
  write(4, command & ~(kMemory | kMaster));
  write(offset, 0xffffffff);
  const std::uint32_t answer = read(offset) & ~kFlags;
  write(offset, before);
  write(4, command);
  return -answer;
}

void each_pci_function(Boot& boot, void (*visit)(const PciFunction& function, Boot& boot)) {
  constexpr unsigned kMaxBuses = 32, kDevices = 32, kFunctions = 8;
  if (!PciFunction(0, 0, 0).present()) return;  // no host bridge: no PCI at all
  unsigned buses[kMaxBuses];
  buses[0] = 0;
  unsigned known = 1;
  for (unsigned next = 0; next < known; ++next) {
    for (unsigned slot = 0; slot < kDevices * kFunctions; ++slot) {
      const PciFunction function(buses[next], slot / kFunctions, slot % kFunctions);
      const bool first = slot % kFunctions == 0;
      if (!function.present()) {
        if (first) slot |= kFunctions - 1;  // no device: a device always has a first function
        continue;
      }
      visit(function, boot);
      // Buses are numbered away from the root: anything else would lead around in circles.
      const unsigned behind = function.bus_behind();
      if (behind > buses[next] && known < kMaxBuses) buses[known++] = behind;
      if (first && !function.multi_function()) slot |= kFunctions - 1;
    }
  }
}

}  // namespace wick::hv
