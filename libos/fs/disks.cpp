// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See disks.h. Linked with the first disk.

#include "fs/disks.h"

#include "boot/devices.h"
#include "boot/payload/gpt.h"
#include "fs/partitions.h"
#include "trace/log.h"

namespace wick::fs {

namespace {

constinit Volume volumes[kMaxVolumes];
constinit unsigned used = 0;

/// A whole disk of that serial, else a partition of that name on any disk.
/// @return nullptr: there is neither, or `trouble` says what is the matter with the first one that there is
Volume* find_disk(Volume& volume, std::string_view serial, const char*& trouble) {
  const auto length = static_cast<unsigned>(serial.size());
  if (drivers::Block* const device = devices::block_by_serial(serial.data(), length)) {
    trouble = volume.start(*device, devices::dma_pool());
    return trouble ? nullptr : &volume;
  }
  for (unsigned i = 0; drivers::Block* const device = devices::block(i); i++) {
    Part part;
    const PartWish wish{boot::kVolumeType, serial, part};
    if (volume.start(*device, devices::dma_pool()) || !find_partitions(volume, {&wish, 1})) continue;
    volume.narrow(part.first, part.sectors);
    return &volume;
  }
  return nullptr;
}

}  // namespace

Volume* look_at(drivers::Block& device) {
  return used < kMaxVolumes && !volumes[used].start(device, devices::dma_pool()) ? &volumes[used] : nullptr;
}

Volume* open_disk(const VolumeWish& wish, const char*& trouble) {
  if (used == kMaxVolumes) {
    trouble = "there are too many volumes";
    return nullptr;
  }
  Volume* const volume = find_disk(volumes[used], wish.serial, trouble);
  if (!volume) return nullptr;
  used++;
  if (const std::uint64_t lost = volume->unreachable())
    log::write(log::Level::warning, "volume \"%.*s\": the disk's last %llu bytes are no whole block and stay unused",
               static_cast<int>(wish.serial.size()), wish.serial.data(), static_cast<unsigned long long>(lost));
  return volume;
}

}  // namespace wick::fs
