// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The disk or CD that the stage came from. Firmware says which partition of it that was; its device path without the
// nodes for parts of a disk is the whole disk's.

#include "uefi/stage.h"

namespace wick::uefi {
namespace {

constexpr unsigned kMostPathBytes = 1024;
/// Some firmware refuses or breaks reads of many MiB; 512 KiB cost next to nothing more.
constexpr uint64_t kMostSectors = 1024;
constexpr unsigned kMostBlockBytes = 2048;  ///< a CD's

BlockIo* disk;
alignas(8) uint8_t whole_disk[kMostPathBytes];
alignas(kPage) uint8_t aligned_block[kMostBlockBytes];

Status refuse(Status status, const char* why) {
  boot::say(why);
  return status;
}

bool is_aligned(const void* to) {
  const uint64_t alignment = disk->media->alignment;
  return alignment <= 1 || reinterpret_cast<uint64_t>(to) % alignment == 0;
}

/// The path of the disk that this partition lies on: what stands before its first node for a part of a disk. On a CD
/// there may be two, as EDK2 takes the loader's file system for a disk with a partition. @return false: there is none
bool strip_partition(const DevicePath* path) {
  const DevicePath* partition = nullptr;
  for (const DevicePath* node = path; !node->is_last(); node = node->next()) {
    if (node->bytes < sizeof *node) return false;
    if (!partition && node->type == DevicePath::kMedia &&
        (node->subtype == DevicePath::kHardDrive || node->subtype == DevicePath::kCdRom))
      partition = node;
  }
  if (!partition) return false;
  const auto length =
      static_cast<uint64_t>(reinterpret_cast<const uint8_t*>(partition) - reinterpret_cast<const uint8_t*>(path));
  constexpr DevicePath kLast = {DevicePath::kEnd, 0xff, sizeof(DevicePath)};
  if (length > kMostPathBytes - sizeof kLast) return false;
  __builtin_memcpy(whole_disk, path, length);
  __builtin_memcpy(whole_disk + length, &kLast, sizeof kLast);
  return true;
}

template <typename T>
bool open(Handle handle, const Guid& protocol, T*& out) {
  void* found;
  if (!handle || !ok(firmware->boot->handle_protocol(handle, &protocol, &found))) return false;
  out = static_cast<T*>(found);
  return true;
}

}  // namespace

Status open_disk(Handle image) {
  LoadedImage* self;
  const DevicePath* path;
  if (!open(image, kLoadedImage, self) || !open(self->device, kDevicePath, path) || !strip_partition(path))
    return refuse(Status::unsupported, "wick: this loader was not started from a partition of a disk.\r\n");
  path = reinterpret_cast<const DevicePath*>(whole_disk);
  Handle handle;
  if (!ok(firmware->boot->locate_device_path(&kBlockIo, &path, &handle)) || !path->is_last() ||
      !open(handle, kBlockIo, disk) || disk->media->partition)
    return refuse(Status::device_error, "wick: the firmware does not give the whole disk of this loader.\r\n");
  if (disk->media->block_bytes != boot::kSectorBytes && disk->media->block_bytes != kMostBlockBytes)
    return refuse(Status::unsupported, "wick: the disk's sectors do not have 512 bytes, nor a CD's 2048.\r\n");
  if (disk->media->alignment > kPage)
    return refuse(Status::unsupported, "wick: the disk asks for buffers that are aligned to over 4096 bytes.\r\n");
  return Status::success;
}

}  // namespace wick::uefi

namespace wick::boot {

bool read_sectors(uint64_t first, uint64_t count, void* to) {
  using namespace wick::uefi;
  const uint64_t block_sectors = disk->media->block_bytes / kSectorBytes;
  auto* out = static_cast<uint8_t*>(to);
  while (count) {
    const uint64_t skipped = first % block_sectors;
    const bool direct = is_aligned(out) && !skipped && count >= block_sectors;
    uint64_t now = direct ? kMostSectors : block_sectors - skipped;
    if (now > count) now = count;
    if (direct) now -= now % block_sectors;
    const uint64_t bytes = direct ? now * kSectorBytes : disk->media->block_bytes;
    if (!ok(disk->read(disk, disk->media->id, first / block_sectors, bytes, direct ? out : aligned_block)))
      return false;
    if (!direct) __builtin_memcpy(out, aligned_block + skipped * kSectorBytes, now * kSectorBytes);
    first += now;
    count -= now;
    out += now * kSectorBytes;
  }
  return true;
}

bool write_sector(uint64_t at, const void* from) {
  using namespace wick::uefi;
  if (disk->media->block_bytes != kSectorBytes) return false;  // a CD's
  __builtin_memcpy(aligned_block, from, kSectorBytes);
  return ok(disk->write(disk, disk->media->id, at, kSectorBytes, aligned_block)) && ok(disk->flush(disk));
}

uint64_t last_sector() {
  const auto& media = *wick::uefi::disk->media;
  return (media.last_block + 1) * (media.block_bytes / kSectorBytes) - 1;
}

}  // namespace wick::boot
