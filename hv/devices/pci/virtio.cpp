// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Modern virtio functions of PCI (virtio 1.2 §4.1): hv resolves the capability list into register windows and points
// MSI-X vectors at events, so that a driver never sees configuration space.

#include "arch/paging.h"
#include "base/boot.h"
#include "devices/pci/interrupts.h"

namespace wick::hv {
namespace {

constexpr std::uint16_t kVirtioVendor = 0x1af4, kFirstModernId = 0x1040, kLastModernId = 0x107f;
constexpr std::uint16_t kFirstTransitionalId = 0x1000, kLastTransitionalId = 0x103f;
constexpr std::uint8_t kVendorCapability = 0x09;

/// cfg_type of a virtio capability (§4.1.4), minus one, is our window order.
constexpr unsigned kWindowTypes = 4, kNotifyType = 2;

/// @return the virtio device id; 0 for a function that isn't virtio
std::uint16_t virtio_id(const PciFunction& function, std::uint32_t identity) {
  if (static_cast<std::uint16_t>(identity) != kVirtioVendor) return 0;
  const auto device = static_cast<std::uint16_t>(identity >> 16);
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

}  // namespace

bool add_virtio_pci(const PciFunction& function, std::uint32_t identity, Boot& boot) {
  const auto id = virtio_id(function, identity);
  if (id == 0) return false;
  DeviceEntry device{};
  device.bus = Bus::virtio_pci;
  device.kind = static_cast<DeviceKind>(id);
  function.answer();
  // One event for configuration and one for each of the first queues, as far as the MSI-X table reaches.
  if (!find_windows(function, device)) return false;
  // Nobody waits for a balloon: QEMU's has no messages.
  if (route_by_msix(function, device, kDeviceEvents) || device.kind == DeviceKind::balloon) {
    boot.use(Interface::virtio_pci);
    boot.add(device, function.requester());
  }
  return true;
}

}  // namespace wick::hv
