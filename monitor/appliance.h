// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The appliance as a running thing: its guest, its devices, its time, how often it has died. One a process. Nearly
// everything happens on one thread, that of the vCPU: disks have one each for what blocks, devices may be served by
// another while the guest runs (io_thread.h), and signal handlers only leave word.

#include "monitor/control.h"
#include "monitor/copies.h"
#include "monitor/debug/watch.h"
#include "monitor/devices/io_thread.h"
#include "monitor/machine/guest.h"
#include "monitor/options.h"

namespace wick::monitor {

struct Appliance {
  Options options;
  std::string configuration;  ///< text of the configuration block
  Guest guest;
  IoThread io_thread;
  IdlePolicy idle_policy;
  Copies copies;
  Control control;
  Counts counts;
  Watch watch;
  DeviceSet devices;  ///< last, as most of it is for devices that a guest hasn't got
};

extern Appliance* running;  ///< for whoever can't be handed it: back ends and signal handlers

// setup.cpp

/// By what was asked for.
void choose_machine(Appliance& appliance);
/// What copies of this process have in common of the guest's memory. @return what is wrong in one sentence
Outcome map_memory(Appliance& appliance, const Payload& payload);
/// Everything up to the guest's first instruction. @return what is wrong in one sentence; then nothing was started
Outcome set_up(Appliance& appliance, const Payload& payload);

// clones.cpp

/// Starts the copies of --clones, `name`-1 and so on. @return true in each of them, false when all run, or what one
/// fails by
std::expected<bool, std::string> start_clones(Appliance& appliance, const Payload& payload, const std::string& name);

// loop.cpp

/// Runs the guest until it ends. @return its exit code
int run_guest(Appliance& appliance);

// life.cpp

/// A life of the guest begins: at its first instruction, or at the checkpoint or snapshot that restarts lead to.
void start_guest(Appliance& appliance);

// checkpoint.cpp

/// Makes the file of --restore what the guest begins from. @return what is wrong with it in one sentence
Outcome restore_snapshot(Appliance& appliance);
/// The guest waits, behind its snapshot: what it has written since goes into that file's list.
void look_at_writes(Appliance& appliance);

}  // namespace wick::monitor
