// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// PCI Local Bus Specification 3.0, §6.8 (MSI, MSI-X) and §6.2.4 (interrupt line).

#include "devices/pci/interrupts.h"

#include "arch/event_routing.h"
#include "arch/paging.h"

namespace wick::hv {
namespace {

constexpr std::uint8_t kMsiCapability = 0x05, kMsixCapability = 0x11;
constexpr std::uint32_t kMsixEnable = 1u << 31;
// Message control stands in the upper half of a capability's first word.
constexpr std::uint32_t kMsiEnable = 1u << 16, kMsiMultipleMask = 7u << 20, kMsi64Bit = 1u << 23;
constexpr unsigned kInterruptLine = 0x3c;
constexpr std::uint8_t kNoPin = 0, kLastLegacyLine = 15;

struct MsixEntry {
  std::uint32_t address, address_high, data, mask;
};
static_assert(sizeof(MsixEntry) == 16);

std::uint32_t low(Gpa address) { return static_cast<std::uint32_t>(raw(address)); }
std::uint32_t high(Gpa address) { return static_cast<std::uint32_t>(raw(address) >> 32); }

std::uint8_t add_event(DeviceEntry& device) {
  const auto event = static_cast<std::uint8_t>(allocate_event());
  device.events[device.event_count++] = event;
  return event;
}

bool route_by_msi(const PciFunction& function, DeviceEntry& device) {
  bool found = false;
  function.each_capability(kMsiCapability, [&](unsigned at) {
    const std::uint32_t control = function.read(at);
    const auto message = message_interrupt(add_event(device));
    const unsigned data = at + (control & kMsi64Bit ? 12 : 8);
    function.write(at + 4, low(message.address));
    if (control & kMsi64Bit) function.write(at + 8, high(message.address));
    function.write(data, (function.read(data) & 0xffff0000) | message.data);
    function.write(at, (control & ~kMsiMultipleMask) | kMsiEnable);  // one message
    return found = true;
  });
  return found;
}

/// Where firmware has wired the line to. Machines whose functions send no messages are of the kind (PIIX3: QEMU's pc,
/// Bochs) where the line number is also the I/O APIC's input. As edge: drivers take the cause away before they wait,
/// so the line falls, and nothing repeats while nobody has taken it.
bool route_by_line(const PciFunction& function, DeviceEntry& device) {
  const std::uint32_t wiring = function.read(kInterruptLine);
  const auto line = static_cast<std::uint8_t>(wiring), pin = static_cast<std::uint8_t>(wiring >> 8);
  if (pin == kNoPin || line == 0 || line > kLastLegacyLine) return false;
  route_interrupt(line, add_event(device));
  device.by_line = 1;
  return true;
}

}  // namespace

bool route_by_msix(const PciFunction& function, DeviceEntry& device, unsigned most) {
  function.each_capability(kMsixCapability, [&](unsigned at) {
    const std::uint32_t control = function.read(at);
    const unsigned entries = (control >> 16 & 0x7ff) + 1;
    const std::uint32_t table = function.read(at + 4);
    const Gpa start = function.bar(table & 7) + (table & ~7u);
    if (!map_device(start, entries * sizeof(MsixEntry))) return true;
    auto* vectors = reinterpret_cast<volatile MsixEntry*>(raw(start));
    for (unsigned i = 0; i < entries && i < most; ++i) {
      const auto message = message_interrupt(add_event(device));
      vectors[i].address = low(message.address);
      vectors[i].address_high = high(message.address);
      vectors[i].data = message.data;
      vectors[i].mask = 0;
    }
    function.write(at, control | kMsixEnable);
    return true;
  });
  return device.event_count != 0;
}

bool route_one_event(const PciFunction& function, DeviceEntry& device) {
  return route_by_msi(function, device) || route_by_msix(function, device, 1) || route_by_line(function, device);
}

}  // namespace wick::hv
