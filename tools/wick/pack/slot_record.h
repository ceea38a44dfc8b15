// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a disk in a file says of its two slots, for those that only read it.

#include <optional>
#include <vector>

#include "boot/payload/slot_state.h"
#include "pack/partitions.h"
#include "pack/raw_disk.h"

namespace wick::tool {

/// @param partitions of read_partitions()
/// @return none: the disk has one slot, or both copies are damaged. Fails when it can't be read.
Result<std::optional<boot::SlotRecord>> slot_record(const RawDisk& disk, const std::vector<Partition>& partitions);

}  // namespace wick::tool
