// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The files in the root directory of an ISO 9660 image (ECMA-119), by their Rock Ridge names (IEEE P1282) or by the
// plain ones: as much as it takes to read what cloud-localds and its like make. Whoever made the image isn't trusted,
// every number is held against the disk. Host-testable: touches the disk that it is given.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace wick::metadata {

class Disk {
 public:
  /// @return whether all of it was there
  virtual bool read(void* to, std::size_t bytes, std::uint64_t offset) = 0;
  virtual std::uint64_t size() const = 0;

 protected:
  ~Disk() = default;
};

namespace iso {

/// Bytes of the disk that follow each other.
struct Extent {
  std::uint64_t offset = 0;
  std::uint32_t bytes = 0;
};

struct Wanted {
  std::string_view name;  ///< as Rock Ridge has it, in lower case: "meta-data"
  Extent extent{};
  bool found = false;
};

enum class Label { other, this_one, damaged };

/// Whether the disk is an image with this volume label, in whichever case. @param root its root directory, if it is
Label look_for_label(Disk& disk, std::string_view label, Extent& root);

/// Finds files of the root directory. @return nullptr, or what is wrong with the image
[[nodiscard]] const char* find_files(Disk& disk, const Extent& root, std::span<Wanted> wanted);

}  // namespace iso

}  // namespace wick::metadata
