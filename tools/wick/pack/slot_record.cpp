// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "pack/slot_record.h"

#include <algorithm>

namespace wick::tool {

Result<std::optional<boot::SlotRecord>> slot_record(const RawDisk& disk, const std::vector<Partition>& partitions) {
  const auto state = std::ranges::find(partitions, kStateType, &Partition::type);
  if (std::ranges::count(partitions, kSlotType, &Partition::type) != boot::kSlots || state == partitions.end() ||
      state->sectors < boot::kStateSectors)
    return std::nullopt;
  boot::SlotRecord copies[boot::kCopies];
  for (unsigned i = 0; i < boot::kCopies; ++i) {
    const std::uint64_t at = (state->first + i * boot::kCopySectors) * boot::kSectorBytes;
    if (auto read = disk.read_all(at, std::as_writable_bytes(std::span(&copies[i], 1))); !read)
      return std::unexpected(read.error());
  }
  const boot::SlotRecord* record = boot::newest(copies);
  return record ? std::optional(*record) : std::nullopt;
}

}  // namespace wick::tool
