// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The jail around the monitor, for the day when a guest has taken it over: no file, no privilege, and of the kernel
// only the system calls that this appliance can still need, on its own files.

#include <sys/mman.h>
#include <sys/types.h>

#include <cstdint>
#include <vector>

namespace wick::monitor {

/// What a thread of the guest's may still ask of the kernel, besides the few calls that every one needs. Files that are
/// negative are none.
struct Permissions {
  std::vector<int> read, write, writev, pread, pwrite, close;
  std::vector<int> map;         ///< to map again, not executable
  int vcpu = -1;                ///< to run, and to read and set its registers
  bool threads = false;         ///< there are others to wake
  bool thread_pointer = false;  ///< the kernel has to be asked for it
  bool map_memory = false;      ///< anonymous
  bool move_aside = false;      ///< the guest's, as kMoveAside says
  bool copies_itself = false;   ///< by fork()
  bool drop_memory = false, protect_memory = false, set_timer = false;
};

/// The guest's memory lies below, what is moved aside up to twice that, ours above.
inline constexpr std::uint64_t kAboveGuests = 1ull << 40;
/// Pages to a place given, as if nobody had ever touched them where they were.
inline constexpr int kMoveAside = MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP;

/// For all of the process, before it has any other thread: no privilege, no file by name. @return false when refused
bool give_up_privileges();

/// Once all threads run: none comes after. For the guest's own thread, and for the one that serves its devices.
bool confine_guest_thread(const Permissions& permissions);

/// For the thread that frees what has been moved aside, called by it: that, and nothing else.
bool confine_sweeper();

/// For the thread of a disk, called by it: transfers to and from its file, and nothing else.
bool confine_disk_thread(int file, int done_event);

/// For the thread of the control socket, called by it: puts what comes in the places of `connection` and `file`, talks
/// at the one, and looks after the other while another process writes there. Sets the timer that interrupts the guest.
/// @param file negative: none ever comes
bool confine_control_thread(int listener, int connection, int file, int wake, int timer);

/// Where it is permitted: as fork(), but that the new process ends with this thread.
pid_t copy_of_itself();

}  // namespace wick::monitor
