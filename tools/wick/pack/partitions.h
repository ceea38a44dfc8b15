// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A disk with a GUID partition table (UEFI 2.10, §5) around partitions whose contents are known.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "boot/payload/slot_state.h"
#include "pack/raw_disk.h"

namespace wick::tool {

using Guid = std::array<std::uint8_t, 16>;  ///< as its bytes lie on a disk

/// 21686148-6449-6e6f-744e-656564454649, where loaders of a BIOS keep what has no room in the first sector.
inline constexpr Guid kBiosType = {0x48, 0x61, 0x68, 0x21, 0x49, 0x64, 0x6f, 0x6e,
                                   0x74, 0x4e, 0x65, 0x65, 0x64, 0x45, 0x46, 0x49};
/// c12a7328-f81f-11d2-ba4b-00a0c93ec93b (UEFI 2.10, §5.3.3): the system partition.
inline constexpr Guid kSystemType = {0x28, 0x73, 0x2a, 0xc1, 0x1f, 0xf8, 0xd2, 0x11,
                                     0xba, 0x4b, 0x00, 0xa0, 0xc9, 0x3e, 0xc9, 0x3b};
inline constexpr Guid kSlotType = std::to_array(boot::kSlotType), kStateType = std::to_array(boot::kStateType),
                      kVolumeType = std::to_array(boot::kVolumeType);

/// Sector behind the first table and the room for an ISO 9660 volume, which begins at byte 32,768 (formats/iso.cpp).
inline constexpr std::uint64_t kFirstPartition = 96;

struct Partition {
  std::string name;  ///< ASCII, at most 36 characters
  Guid type;
  std::uint64_t sectors = 0, first = 0;  ///< `first` is lay_out()'s to fill in
};

/// Puts one behind the other from kFirstPartition on, each at a whole 4 KiB.
/// @return sectors of the disk, the second table's among them
std::uint64_t lay_out(std::vector<Partition>& partitions);

/// What the table needs besides partitions. The same for the same arguments.
struct Tables {
  std::string first;   ///< for sector 0 on: the protective MBR with `code` within, header and entries
  std::string second;  ///< for the disk's end: entries and header
};

/// @param disk unique to this disk; the partitions' own come from it
/// @param code of the first sector, at most 440 bytes
Tables partition_tables(const std::vector<Partition>& partitions, std::uint64_t sectors, const Guid& disk,
                        std::string_view code);

/// The partitions that a disk's first table names, or its second one when the first is damaged; each lies on the disk.
/// Fails when neither table is whole, and when the disk can't be read.
Result<std::vector<Partition>> read_partitions(const RawDisk& disk);

}  // namespace wick::tool
