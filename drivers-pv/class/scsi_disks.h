// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The disks on one adapter of SCSI: whoever answers as one, target by target, up to as many as there is room for.

#include "class/driver.h"
#include "class/scsi_disk.h"

namespace wick::drivers {

class ScsiDisks {
 public:
  constexpr ScsiDisks() = default;

  /// One for each disk.
  using Shared = ScsiDisk::Shared[Instance::kMaxBlocks];

  /// Asks the targets below `targets`, one after the other. @return not_found when none is a disk
  Status find(ScsiAdapter& adapter, std::uint16_t targets, Shared& shared, EventMask events) {
    for (std::uint16_t target = 0; target < targets && count_ < Instance::kMaxBlocks && !adapter.broken(); ++target)
      if (ok(disks_[count_].start(adapter, target, shared[count_], events))) ++count_;
    return count_ ? Status::ok : Status::not_found;
  }
  void present(Instance& instance) {
    for (unsigned i = 0; i < count_; ++i) instance.is(disks_[i]);
  }

 private:
  ScsiDisk disks_[Instance::kMaxBlocks];
  unsigned count_ = 0;
};

}  // namespace wick::drivers
