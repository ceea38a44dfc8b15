// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The drivers themselves are linked into this tool, to be asked; none of them is ever started here.

#include "manifest/devices.h"

#include <algorithm>

#include "class/block.h"
#include "class/driver.h"
#include "class/share.h"
#include "manifest/values.h"

namespace wick::tool {

namespace {

/// Behind a wall the guest itself drives what hv serves, which is virtio's, whatever hv drives below.
bool may_have(const Manifest& manifest, std::string_view family) {
  return manifest.drivers.empty() || (manifest.wall != Wall::none && family == kServedFamily) ||
         std::ranges::find(manifest.drivers, family) != manifest.drivers.end();
}

/// Of any driver of the class: which of them gets the device, wall and machine decide.
std::uint64_t largest_need(const Manifest& manifest, const std::string& device) {
  std::uint64_t most = 0;
  for (const auto* driver = wick_drivers_start; driver != wick_drivers_end; ++driver)
    if (device == class_name(driver->kind) && may_have(manifest, family_of(driver->name)))
      most = std::max(most, driver->dma_bytes(manifest.ring_size));
  return most;
}

}  // namespace

std::uint64_t dma_needed(const Manifest& manifest) {
  const auto shares = static_cast<std::uint64_t>(std::ranges::count_if(manifest.volumes, &Volume::is_share));
  std::uint64_t sum = 0;
  for (const std::string& device : manifest.devices) {
    const std::uint64_t each = largest_need(manifest, device);
    if (device == class_name(DeviceKind::block)) {
      // The disk with instance data is read through the buffer of the first volume. The record of slots has a buffer of
      // its own, and lies on a disk that may have no volume.
      const std::uint64_t disks = manifest.volumes.size() - shares, more = manifest.looks_at_disks() ? 1 : 0,
                          own = manifest.slots ? 1 : 0;
      sum += (disks + more + own) * each +
             (std::max(disks, more) + own) * drivers::dma_share(drivers::kVolumeBuffer, drivers::kSectorBytes);
    } else if (device == class_name(DeviceKind::share)) {
      sum += shares * (each + drivers::dma_share(2 * drivers::kShareMessage, drivers::kShareAlignment));
    } else {
      sum += each;
    }
  }
  return (sum + kPage - 1) / kPage * kPage;
}

}  // namespace wick::tool
