// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which volumes lie on the appliance's own disk: those whose manifest says a size, and those that come with a file.

#include <vector>

#include "image/facts.h"
#include "pack/disk.h"
#include "run/disks.h"

namespace wick::tool {

/// @param files behind volumes, by serial. Fails when one is larger than its volume, or has none.
Result<std::vector<DiskContent::Volume>> packed_volumes(const ImageFacts& facts, const std::vector<Disk>& files);

}  // namespace wick::tool
