// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The files in the folders of an ISO 9660 image (ECMA-119), by their Rock Ridge names (IEEE P1282) or by the
// plain ones: as much as it takes to read what cloud-localds and its like make. Whoever made the image isn't trusted,
// every number is held against the disk. Host-testable: touches the disk that it is given.

#include <cstdint>
#include <span>
#include <string_view>

#include "metadata/disk.h"

namespace wick::metadata {

namespace iso {

/// Bytes of the disk that follow each other.
struct Extent {
  std::uint64_t offset = 0;
  std::uint32_t bytes = 0;
};

enum class Kind { file, folder };

struct Wanted {
  std::string_view name;  ///< as Rock Ridge has it, in lower case: "meta-data"
  Extent extent{};
  bool found = false;
  Kind kind = Kind::file;
};

enum class Label { other, this_one, damaged };

/// Whether the disk is an image with this volume label, in whichever case. @param root its root directory, if it is
Label look_for_label(Disk& disk, std::string_view label, Extent& root);

/// Finds what is in a folder, the root directory or one that was found. @return nullptr, or what is wrong with the
/// image
[[nodiscard]] const char* find_files(Disk& disk, const Extent& folder, std::span<Wanted> wanted);

}  // namespace iso

}  // namespace wick::metadata
