// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Copies of the guest for later: the checkpoint that restarts lead to, the file of --snapshot, and the file of
// --restore that the guest has begun from.

#include "guest/life.h"
#include "monitor/base/sentence.h"
#include "monitor/devices/device_set.h"
#include "monitor/guest/snapshot_file.h"
#include "monitor/jail/confine.h"

namespace wick::monitor {

/// What the guest was at a checkpoint; memory is a MemoryFile's.
struct Checkpoint {
  hv::Kept kept;
  std::uint64_t time;  ///< what the guest's clock showed
  DeviceSet::Saved devices;
};

struct Copies {
  int page_map = -1;  ///< /proc/self/pagemap
  SnapshotFile snapshot_file;
  MemoryFile base;            ///< the snapshot that the guest was started from
  MemoryFile snapshot;        ///< the one of snapshot_file
  MemoryFile asked_for;       ///< what the control socket's requests want
  MemoryFile checkpoints[2];  ///< the second where a later checkpoint may take the place of the first
  unsigned next_checkpoint = 0;
  unsigned looks_left = 0;        ///< at what the guest writes first, behind its snapshot
  std::uint64_t frames_seen = 0;  ///< of the network, when it was last looked
  bool in_place = false;          ///< memory and devices are the checkpoint's, and nothing has run since
  Checkpoint checkpoint{};        ///< that the guest returns to
  Sweeper sweeper;                ///< of what it has written before

  bool keeps_checkpoints() const { return checkpoints[0].file >= 0; }
  bool wanted() const { return snapshot_file.file() >= 0 || asked_for.file >= 0 || keeps_checkpoints(); }

  /// @param snapshot name of a file; empty: none is wanted  @param asked_for file for later; negative: none
  Outcome open(const GuestImage& image, const std::string& snapshot, int asked_for);
  /// As long as they will be: nothing but writing is left for later.
  Outcome size(std::uint64_t length);
  void permit(Permissions& permissions) const;
};

/// Whether the image's manifest lets the guest take checkpoints.
inline bool may_checkpoint(const GuestImage& image) { return image.notes.abi.calls & call_bit(Call::checkpoint); }

}  // namespace wick::monitor
