// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Legacy virtio functions of PCI (virtio 1.2 §4.1.4.10): hv finds their ports, routes their events, and reaches the
// ports for whoever drives them, who has no instruction for that (virtio_legacy/bus.h).

#include "arch/instructions.h"
#include "class/driver.h"
#include "devices/finder.h"
#include "devices/pci/interrupts.h"
#include "virtio_legacy/bus.h"

namespace wick::hv {
namespace {

using namespace drivers::virtio_legacy;

constexpr std::uint16_t kVirtioVendor = 0x1af4, kFirstId = 0x1000, kLastId = 0x103f;
constexpr unsigned kSubsystemId = 0x2e, kFirstBar = 0x10, kCommand = 4;
constexpr std::uint32_t kPortBar = 1, kPortFlags = 3, kAnswerAtPorts = 1;
constexpr std::uint16_t kMostPorts = 256;  // PCI Local Bus Specification 3.0, §6.2.5.1
constexpr std::uint16_t kWithoutVectors = 20, kWithVectors = 24;

struct Place {
  Ports ports;
  std::uint16_t first;
};
Place places[kMostDevices];
unsigned count;

/// Of the first BAR. @return their number; 0: it has none
std::uint16_t find_ports(const PciFunction& function, std::uint16_t& first) {
  const std::uint32_t bar = function.read(kFirstBar);
  first = static_cast<std::uint16_t>(bar & ~kPortFlags);
  if (!(bar & kPortBar) || first == 0 || bar >> 16) return 0;
  function.write(kFirstBar, ~0u);
  const auto length = static_cast<std::uint16_t>(-(function.read(kFirstBar) & ~kPortFlags));
  function.write(kFirstBar, bar);
  return length < kMostPorts ? length : kMostPorts;
}

bool adopt(const PciFunction& function, Boot& boot) {
  const auto id = function.read16(2);
  if (function.read16(0) != kVirtioVendor || id < kFirstId || id > kLastId || count == kMostDevices) return false;
  DeviceEntry device{};
  device.bus = kBus;
  device.kind = static_cast<DeviceKind>(function.read16(kSubsystemId));
  if (!drivers::driver_for(device)) return false;
  auto& [ports, first] = places[count];
  ports.length = find_ports(function, first);
  if (!ports.length) return false;
  function.answer();  // the table of MSI-X is memory
  function.write(kCommand, function.read16(kCommand) | kAnswerAtPorts);
  const bool vectors = route_by_msix(function, device, kDeviceEvents);
  if (!vectors && !route_one_event(function, device)) return false;
  ports.configuration = vectors ? kWithVectors : kWithoutVectors;
  device.number = kNumbers + count * kNumbersEach;
  device.windows[0] = {gpa_of(&ports), sizeof ports};
  ++count;
  boot.use(Interface::virtio_pci);
  boot.add(device, function.requester());
  return true;
}

template <typename T>
void reach_as(std::uint16_t port, Ports& access) {
  if (access.writes)
    port_out(port, static_cast<T>(access.value));
  else
    access.value = port_in<T>(port);
}

void reach(Place& place) {
  Ports& access = place.ports;
  const auto port = static_cast<std::uint16_t>(place.first + access.offset);
  if (access.offset + access.width > access.length) {
    access.value = 0;
  } else if (access.width == 1) {
    reach_as<std::uint8_t>(port, access);
  } else if (access.width == 2) {
    reach_as<std::uint16_t>(port, access);
  } else {
    reach_as<std::uint32_t>(port, access);
  }
}

Status ring(std::uint32_t number) {
  const std::uint32_t at = number - kNumbers;
  if (at >= count * kNumbersEach) return Status::unsupported;
  Place& place = places[at / kNumbersEach];
  if (const auto what = static_cast<std::uint16_t>(at % kNumbersEach))
    port_out(static_cast<std::uint16_t>(place.first + kQueueNotify), static_cast<std::uint16_t>(what - 1));
  else
    reach(place);
  return Status::ok;
}

WICK_REGISTERED("finders") constexpr Finder finder = {[](Boot&) {}, ring, adopt};

}  // namespace
}  // namespace wick::hv
