// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The jail around the monitor, for the day when a guest has taken it over: no file, no privilege, and of the kernel
// only the system calls that this appliance can still need, on its own files.

namespace wick::monitor {

struct Appliance;

/// For all of the process, before it has any other thread: no privilege, no file by name. @return false when refused
bool give_up_privileges();

/// Once all threads run: none comes after. For the guest's own thread, and for the one that serves its devices.
bool confine_vcpu_thread(const Appliance& appliance);

/// For the thread of a disk, called by it: transfers to and from its file, and nothing else.
bool confine_disk_thread(int file, int done_event);

}  // namespace wick::monitor
