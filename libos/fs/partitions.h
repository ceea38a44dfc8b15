// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Volumes that share a disk: each is a partition whose name is the volume's serial (UEFI 2.10, §5.3), as `wick pack`
// lays them out beside the appliance. Read once, at boot.

#include <span>

#include "fs/volume.h"

namespace wick::fs {

/// A part of a disk, in sectors of 512 bytes.
struct Part {
  std::uint64_t first, sectors;
};

using PartType = std::uint8_t[16];

/// A partition that is looked for, and where to put what is found.
struct PartWish {
  const PartType& type;
  std::string_view name;
  Part& part;
};
inline constexpr std::size_t kMostWishes = 3;

/// Looks for partitions on a whole disk, by its first table, else by the one at the end, which is read and summed up
/// once for all of them. @return whether each is there, and lies on this disk in whole blocks
bool find_partitions(Volume& disk, std::span<const PartWish> wishes);

/// The GUID of the whole disk, likewise. @return whether it has a table
bool read_identity(Volume& disk, std::uint8_t (&identity)[16]);

}  // namespace wick::fs
