// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The one guest of an image behind a wall, as hv keeps it: what its notes ask for, what it was given, how often it has
// died. Written while hv starts and when the guest dies.

#include "abi/event.h"
#include "base/boot.h"
#include "guest/crash_record.h"
#include "guest/life.h"
#include "guest/notes.h"
#include "guest/vcpu.h"
#include "wall/wall.h"

namespace wick::hv {

struct Guest {
  Boot* boot;
  Notes notes;
  MemoryRange dma, heap;
  MemoryRange pristine;  ///< copy of .data
  MemoryRange reserve;   ///< for the checkpoint
  Lives lives;
};
extern Guest guest;

/// The wall that is live; set once before the guest starts.
extern const WallOperations* wall;
extern GuestMap guest_map;
extern EventPage guest_event_page;
extern CrashRecord last_crash;

/// Lists the guest's regions in `guest_map`. @param tables its page tables
void list_guest_memory(MemoryRange tables);

/// What the seals of `guest.lives` say, in the guest's page tables and the wall's. For Seals.
Status set_guest_writable(Gpa start, std::uint64_t length, bool writable);

/// Arms the guest's watchdog from now on and sets the timer for it. Zero disarms.
void arm_watchdog(Nanoseconds timeout);

/// Keeps what restarts need of the image as it was loaded.
void keep_pristine_data();

/// All of the guest's memory as before its first instruction, and the vCPU at that instruction.
void reset_guest(Vcpu& vcpu);

/// Keeps memory, registers and devices for later. @return no_memory when the reserve is too small: an earlier
/// checkpoint is still what it was; denied when that one counts, unsupported when the restart policy never goes back
Status take_checkpoint(const Vcpu& vcpu);
/// Goes back there. @return not_found when there is no checkpoint
Status return_to_checkpoint(Vcpu& vcpu);

/// The guest is dead: record, print, and what the restart policy says. Returns with a guest that can run.
void die(Vcpu& vcpu, const Death& death);

/// A fault: the guest's own upcall once, then death.
void fault(Vcpu& vcpu, const Death& death);

/// Runs the guest until the machine ends.
[[noreturn]] void run_guest();

}  // namespace wick::hv
