// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What lies on volumes. A format is a folder beside this file, linked where a volume of the manifest has it; it puts
// itself into a section of the image, and nobody else knows its name.

#include "class/registered.h"
#include "fs/file_system.h"
#include "fs/volume.h"

namespace wick::fs {

inline constexpr unsigned kMaxVolumes = 4;  ///< disks that the driver has room for

struct VolumeFormat {
  const char* name;  ///< volume.file_system of the manifest
  /// A file system of `volume` for the paths at and below `point`; all three stay as long as the machine. Called for at
  /// most kMaxVolumes. @param options words of the manifest with colons in between  @return nullptr, and `trouble` is a
  /// sentence
  FileSystem* (*make)(Volume& volume, std::string_view point, std::string_view options, const char*& trouble);
};
static_assert(drivers::kIsEntry<VolumeFormat>);

}  // namespace wick::fs

/// All that are linked: `WICK_REGISTERED("filesystems") constexpr VolumeFormat`.
extern "C" const wick::fs::VolumeFormat wick_filesystems_start[], wick_filesystems_end[];
