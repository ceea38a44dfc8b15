// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// What a firmware would be to the stages' common code: the disk of boot_disk.h.

#include "boot_disk.h"

namespace wick::boot {

using boot_disk::disk;

namespace {

std::vector<std::uint8_t> memory;

bool reaches(std::uint64_t first, std::uint64_t count) {
  const std::uint64_t sectors = disk.size() / kSectorBytes;
  return first <= sectors && count <= sectors - first;
}

}  // namespace

bool read_sectors(std::uint64_t first, std::uint64_t count, void* to) {
  if (!reaches(first, count)) return false;
  if (count) std::memcpy(to, &disk[first * kSectorBytes], count * kSectorBytes);
  return true;
}

bool write_sector(std::uint64_t at, const void* from) {
  if (boot_disk::read_only || !reaches(at, 1)) return false;
  std::memcpy(&disk[at * kSectorBytes], from, kSectorBytes);
  return true;
}

std::uint64_t last_sector() { return disk.size() / kSectorBytes - 1; }

std::uint8_t* room_for(std::uint64_t bytes, std::uint64_t) {
  if (bytes > 1 << 20) return nullptr;
  memory.assign(bytes, 0xcc);
  return memory.data();
}

void say(const char* text) { boot_disk::said += text; }

}  // namespace wick::boot
