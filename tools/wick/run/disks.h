// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The disks that the user gives: which file stands behind which volume, and whether it can be one. The rules are those
// of an appliance that runs itself (monitor/devices/disk.cpp), so that a disk means the same to every runner.

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace wick::tool {

struct Disk {
  std::string serial;
  std::string file;
  std::uint64_t bytes = 0;  ///< of the file
  bool read_only = false;   ///< this user may not write it, or nobody can
};

/// Of "[SERIAL=]FILE". A serial has no slash: "./a=b" is a path.
Disk parse_disk(const std::string& text);

/// @param volumes serials of the manifest's volumes: disks without one get those that are free, in their order
Result<std::vector<Disk>> assign_disks(const std::vector<std::string>& texts, const std::vector<std::string>& volumes);
/// The same for somebody who runs it now: says which volumes have none.
Result<std::vector<Disk>> open_disks(const std::vector<std::string>& texts, const std::vector<std::string>& volumes);

/// What the guest will see other than the file is, a sentence each.
std::vector<std::string> remarks_on(const Disk& disk);

}  // namespace wick::tool
