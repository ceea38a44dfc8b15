// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Modern virtio functions on PCI bus 0 (virtio 1.2 §4.1): hv resolves the capability list into register windows and
// points MSI-X vectors at events, so that a driver never sees configuration space.

#include "arch/apic.h"
#include "arch/paging.h"
#include "devices/devices.h"
#include "devices/pci.h"

namespace wick::hv {
namespace {

constexpr std::uint16_t kVirtioVendor = 0x1af4, kFirstModernId = 0x1040, kLastModernId = 0x107f;
constexpr std::uint16_t kFirstTransitionalId = 0x1000, kLastTransitionalId = 0x103f;
constexpr std::uint8_t kVendorCapability = 0x09, kMsixCapability = 0x11;
constexpr std::uint32_t kMemoryAndMaster = 6;
constexpr std::uint32_t kMsixEnable = 1u << 31;

/// cfg_type of a virtio capability (§4.1.4), minus one, is our window order.
constexpr unsigned kWindowTypes = 4, kNotifyType = 2;

struct MsixEntry {
  std::uint32_t address, address_high, data, mask;
};
static_assert(sizeof(MsixEntry) == 16);

/// @return the virtio device id; 0 for a function that isn't virtio
std::uint16_t virtio_id(const PciFunction& function) {
  if (function.read16(0) != kVirtioVendor) return 0;
  const auto device = function.read16(2);
  if (device >= kFirstModernId && device <= kLastModernId) return device - kFirstModernId;
  if (device >= kFirstTransitionalId && device <= kLastTransitionalId) return function.read16(0x2e);  // subsystem id
  return 0;
}

bool find_windows(const PciFunction& function, DeviceEntry& device) {
  bool good = true;
  unsigned found = 0;
  function.each_capability(kVendorCapability, [&](unsigned at) {
    const unsigned type = function.read8(at + 3);
    if (type == 0 || type > kWindowTypes || device.windows[type - 1].length) return false;
    const Gpa bar = function.bar(function.read8(at + 4));
    const DeviceWindow window{bar + function.read(at + 8), function.read(at + 12)};
    if (type == kNotifyType) device.notify_multiplier = function.read(at + 16);
    good = good && raw(bar) && map_device(window.start, window.length);
    device.windows[type - 1] = window;
    ++found;
    return false;
  });
  return good && found == kWindowTypes;
}

/// One event for configuration and one for each of the first queues, as far as the MSI-X table reaches.
bool set_up_events(const PciFunction& function, DeviceEntry& device) {
  function.each_capability(kMsixCapability, [&](unsigned at) {
    const std::uint32_t control = function.read(at);
    const unsigned entries = (control >> 16 & 0x7ff) + 1;
    const std::uint32_t table = function.read(at + 4);
    const Gpa start = function.bar(table & 7) + (table & ~7u);
    device.event_count = static_cast<std::uint8_t>(entries < kDeviceEvents ? entries : kDeviceEvents);
    if (!map_device(start, entries * sizeof(MsixEntry))) return true;
    auto* vectors = reinterpret_cast<volatile MsixEntry*>(raw(start));
    for (unsigned i = 0; i < device.event_count; ++i) {
      device.events[i] = static_cast<std::uint8_t>(allocate_event());
      const auto message = message_interrupt(device.events[i]);
      vectors[i].address = static_cast<std::uint32_t>(raw(message.address));
      vectors[i].address_high = static_cast<std::uint32_t>(raw(message.address) >> 32);
      vectors[i].data = message.data;
      vectors[i].mask = 0;
    }
    function.write(at, control | kMsixEnable);
    return true;
  });
  return device.event_count != 0;
}

void add(const PciFunction& function, Boot& boot) {
  const auto id = virtio_id(function);
  if (id == 0) return;
  DeviceEntry device{};
  device.bus = Bus::virtio_pci;
  device.kind = static_cast<DeviceKind>(id);
  function.write(4, function.read(4) | kMemoryAndMaster);
  if (!find_windows(function, device) || !set_up_events(function, device)) return;
  boot.use(Interface::virtio_pci);
  boot.devices.add(device);
}

}  // namespace

void find_virtio_pci(Boot& boot) {
  if (!PciFunction(0, 0).present()) return;  // no host bridge: no bus
  for (unsigned device = 1; device < 32; ++device) {
    const PciFunction first(device, 0);
    if (!first.present()) continue;
    const unsigned functions = first.multi_function() ? 8 : 1;
    for (unsigned i = 0; i < functions; ++i)
      if (const PciFunction function(device, i); i == 0 || function.present()) add(function, boot);
  }
}

}  // namespace wick::hv
