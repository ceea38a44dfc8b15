// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Formats whose volumes are disks: what they have in common is finding the disk.

#include "fs/volume.h"
#include "fs/volumes.h"

namespace wick::fs {

/// The disk that the wish names, ready for use. @return nullptr as VolumeFormat::make
Volume* open_disk(const VolumeWish& wish, const char*& trouble);

/// A whole disk, for a look before volumes are opened. Good until the next call of these functions.
/// @return nullptr when it can't be used
Volume* look_at(drivers::Block& device);

/// A format for VolumeFormat's list, of a function that makes a file system of a disk. @return as VolumeFormat::make
using MakeOfDisk = FileSystem* (*)(Volume& volume, std::string_view point, std::string_view options,
                                   const char*& trouble);
template <MakeOfDisk make>
constexpr VolumeFormat disk_format(const char* name) {
  return {name,
          [](const VolumeWish& wish, const char*& trouble) -> FileSystem* {
            Volume* const volume = open_disk(wish, trouble);
            return volume ? make(*volume, wish.point, wish.options, trouble) : nullptr;
          },
          "this machine has no disk with that serial"};
}

}  // namespace wick::fs
