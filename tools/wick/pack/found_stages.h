// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Whether the code by which a disk starts is Wick's own. Nobody checks that on the machine itself, unless it is UEFI
// with Secure Boot.

#include "pack/raw_disk.h"
#include "pack/signing_key.h"

namespace wick::tool {

struct FoundStages {
  /// What isn't byte for byte what `wick pack --sign` of this version writes for the key, as the beginning of a
  /// sentence; empty: all is.
  std::string wrong;
  bool for_secure_boot = false;  ///< the loader has a signature for firmware, about which nothing is known
};

/// Everything in front of the slots: the first sector, the stage for a BIOS, the partition with the loader for UEFI,
/// what a CD starts by, and that there are no other partitions. Fails when the disk can't be read.
Result<FoundStages> judge_stages(const RawDisk& disk, const PublicKey& key);

}  // namespace wick::tool
