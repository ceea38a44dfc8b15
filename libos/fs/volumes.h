// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What lies on volumes. A format is a folder beside this file, linked where a volume of the manifest has it; it puts
// itself into a section of the image, and nobody else knows its name.

#include "class/registered.h"
#include "fs/file_system.h"

namespace wick::fs {

inline constexpr unsigned kMaxVolumes = 4;  ///< of one kind of device: what its driver has room for

/// A volume as the manifest has it. All of it stays as long as the machine.
struct VolumeWish {
  std::string_view serial;
  std::string_view point;    ///< the file system is for the paths at and below it
  std::string_view options;  ///< words for the format, with colons in between
};

struct alignas(16) VolumeFormat {
  const char* name;  ///< volume.file_system of the manifest
  /// Called for at most kMaxVolumes. @return nullptr when the machine has no such volume, or, with `trouble` a
  /// sentence, when it can't be used
  FileSystem* (*make)(const VolumeWish& wish, const char*& trouble);
  const char* absence;  ///< the sentence when the machine has none
};
static_assert(drivers::kIsEntry<VolumeFormat>);

}  // namespace wick::fs

/// All that are linked: `WICK_REGISTERED("filesystems") constexpr VolumeFormat`.
extern "C" const wick::fs::VolumeFormat wick_filesystems_start[], wick_filesystems_end[];
