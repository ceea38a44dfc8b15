// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The appliance as a running thing: its guest, its devices, its time, how often it has died. One a process. Nearly
// everything happens on one thread, that of the vCPU: disks have one each for what blocks, devices may be served by
// another while the guest runs (io_thread.h), and signal handlers only leave word.

#include "monitor/debug/watch.h"
#include "monitor/devices/device_set.h"
#include "monitor/devices/io_thread.h"
#include "monitor/guest/snapshot_file.h"
#include "monitor/machine/guest.h"
#include "monitor/options.h"

namespace wick::monitor {

struct Appliance : Guest {
  Options options;
  Payload payload;
  const std::string& name() const { return options.name.empty() ? image.name : options.name; }
  DeviceSet devices;
  IoThread io_thread;
  IdlePolicy idle_policy;
  Counts counts;
  Watch watch;
  std::string configuration;  ///< text of the configuration block
  // Of copies of memory; -1: none is wanted.
  int page_map = -1;  ///< /proc/self/pagemap
  SnapshotFile snapshot_file;
  MemoryFile base;            ///< the snapshot that the guest was started from
  MemoryFile snapshot;        ///< the one of snapshot_file
  MemoryFile checkpoints[2];  ///< the second where a later checkpoint may take the place of the first
  unsigned next_checkpoint = 0;
  bool keeps_checkpoints() const { return checkpoints[0].file >= 0; }
  bool copies_memory() const { return snapshot_file.file() >= 0 || keeps_checkpoints(); }

  /// What the guest was at the checkpoint that it returns to; memory is GuestMemory's.
  struct Checkpoint {
    hv::Kept kept;
    std::uint64_t time;  ///< what the guest's clock showed
    DeviceSet::Saved devices;
  } checkpoint{};
};

extern Appliance* running;  ///< for whoever can't be handed it: back ends and signal handlers

// setup.cpp

/// Everything up to the guest's first instruction. @return what is wrong in one sentence; then nothing was started
std::expected<void, std::string> set_up(Appliance& appliance);

// loop.cpp

/// Runs the guest until it ends. @return its exit code
int run_guest(Appliance& appliance);

// life.cpp

/// A life of the guest begins: at its first instruction, or at the checkpoint or snapshot that restarts lead to.
void start_guest(Appliance& appliance);

// checkpoint.cpp

/// Bytes of a snapshot's file before the guest's memory.
std::uint64_t snapshot_header_bytes();
/// Starts from the file of --restore. @return what is wrong with it in one sentence
std::expected<void, std::string> restore_snapshot(Appliance& appliance);

}  // namespace wick::monitor
