// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Configuration space by the ports 0xcf8 and 0xcfc (PCI Local Bus Specification 3.0, §3.2.2.3.2), which reach all that
// hv needs on PCI Express too.

#include "devices/pci/pci.h"

#include "arch/instructions.h"

namespace wick::hv {
namespace {

constexpr std::uint16_t kAddress = 0xcf8, kData = 0xcfc;
constexpr std::uint32_t kEnable = 1u << 31;

}  // namespace

std::uint32_t PciFunction::read(unsigned offset) const {
  port_out<std::uint32_t>(kAddress, kEnable | selector_ | (offset & ~3u));
  return port_in<std::uint32_t>(kData);
}

void PciFunction::write(unsigned offset, std::uint32_t value) const {
  port_out<std::uint32_t>(kAddress, kEnable | selector_ | (offset & ~3u));
  port_out<std::uint32_t>(kData, value);
}

}  // namespace wick::hv
