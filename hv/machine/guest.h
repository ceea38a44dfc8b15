// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The one guest of an image behind a wall, as hv keeps it: what its notes ask for, what it was given, how often it has
// died. Written while hv starts and when the guest dies.

#include "arch/cpu.h"
#include "base/boot.h"
#include "guest/life.h"
#include "guest/notes.h"
#include "wall/wall.h"

namespace wick::hv {

struct Guest {
  Boot* boot;
  Notes notes;
  MemoryRange dma, heap;
  MemoryRange pristine;  ///< copy of .data
  MemoryRange reserve;   ///< for the checkpoint
  Lives lives;
  Kept kept;  ///< of the checkpoint, when there is one
};
extern Guest guest;

/// The wall that is live; set once before the guest starts.
extern const WallOperations* wall;
extern GuestMap guest_map;
extern EventPage guest_event_pages[kCpus];  ///< one a vCPU
extern CrashRecord last_crash;

/// Lists the guest's regions in `guest_map`. @param tables its page tables
void list_guest_memory(MemoryRange tables);

/// Keeps what restarts need of the image as it was loaded.
void keep_pristine_data();

/// Runs the guest, from its first instruction, until the machine ends.
[[noreturn]] void run_guest();

}  // namespace wick::hv
