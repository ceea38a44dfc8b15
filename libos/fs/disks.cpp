// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See disks.h. Linked with the first disk.

#include "fs/disks.h"

#include "boot/devices.h"
#include "trace/log.h"

namespace wick::fs {

namespace {

constinit Volume volumes[kMaxVolumes];
constinit unsigned used = 0;

}  // namespace

Volume* open_disk(const VolumeWish& wish, const char*& trouble) {
  const auto length = static_cast<unsigned>(wish.serial.size());
  drivers::Block* const device = devices::block_by_serial(wish.serial.data(), length);
  if (!device) return nullptr;
  if (used == kMaxVolumes) {
    trouble = "there are too many volumes";
    return nullptr;
  }
  Volume& volume = volumes[used++];
  trouble = volume.start(*device, devices::dma_pool());
  if (trouble) return nullptr;
  if (const std::uint64_t lost = volume.unreachable())
    log::write(log::Level::warning, "volume \"%.*s\": the disk's last %llu bytes are no whole block and stay unused",
               static_cast<int>(length), wish.serial.data(), static_cast<unsigned long long>(lost));
  return &volume;
}

}  // namespace wick::fs
