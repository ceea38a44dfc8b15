// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Requests to a running appliance by its control socket (abi/host/control.h).

#include <string>

#include "base/file.h"

namespace wick::tool {

struct SnapshotWish {
  fs::path socket;
  std::string appliance;        ///< for sentences
  bool end_afterwards = false;  ///< the appliance ends, once the snapshot is on the disk
};

struct SnapshotTaken {
  std::uint64_t bytes;       ///< that the file takes of the disk
  std::uint64_t stopped_ns;  ///< so long the guest stood still
};

/// Where an appliance with this console listens.
fs::path control_socket(const fs::path& log);

/// Writes the guest as it is to `file`, by another name beside it: whoever looks finds the file of before or the new
/// one. When that fails, or is interrupted, nothing is left of it and the appliance goes on.
Result<SnapshotTaken> take_snapshot(const SnapshotWish& wish, const fs::path& file);

}  // namespace wick::tool
