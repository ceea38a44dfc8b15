// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The jail around the monitor, for the day when a guest has taken it over: no file, no privilege, and of the kernel
// only the system calls that this appliance can still need, on its own files.

#include <vector>

#include "wall/hosted/filter.h"

namespace wick::hosted {

struct Appliance;

/// For all of the process. Threads that were started before keep their own filters. @return false when refused
bool confine_process(const Appliance& appliance);

/// For the thread of a disk, called by it: transfers to and from its file, and nothing else.
bool confine_disk_thread(int file, int done_event);

/// What confine_process() lets through; a test counts it.
std::vector<Rule> rules_for(const Appliance& appliance);

}  // namespace wick::hosted
