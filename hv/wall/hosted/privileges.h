// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a process can give up for good once it has all that it will ever need: the parts that the monitor's jail and its
// network's have in common.

#include <sys/resource.h>

namespace wick::hosted {

/// Lowers a limit, soft and hard; never raises one. @return false when the system refuses
bool limit(__rlimit_resource what, rlim_t most);

/// No capability, no new privilege by executing anything, no memory dump that another process of the user could read.
/// @return false when the system refuses
bool drop_privileges();

/// The same but for capabilities: for who writes into a folder of somebody else's.
bool forbid_privileges();

/// No file can be opened by name any more, where the kernel has Landlock (Linux 5.13). What is open stays open.
void forbid_files();

}  // namespace wick::hosted
