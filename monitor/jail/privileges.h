// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a process can give up for good once it has all that it will ever need: the parts that the monitor's jail and its
// network's have in common.

#include <sys/resource.h>

namespace wick::monitor {

/// Lowers a limit, soft and hard; never raises one. @return false when the system refuses
bool limit(__rlimit_resource what, rlim_t most);

/// No capability, no new privilege by executing anything, no memory dump that another process of the user could read.
/// @return false when the system refuses
bool drop_privileges();

/// The same but for capabilities: for who writes into a folder of somebody else's.
bool forbid_privileges();

/// Whether a process still connects to somebody by itself.
enum class Connecting { forbidden, allowed };

enum class Landlock { missing, refused, on };

/// Where the kernel has Landlock (Linux 5.13): no file can be opened by name any more, nor changed, and as far as its
/// version goes no TCP port be bound or, without Connecting::allowed, connected to, no device be asked by ioctl, no
/// process outside be signalled or talked to by an abstract socket. What is open stays so.
Landlock landlock(Connecting connecting);
/// @return 0: the kernel has none
unsigned landlock_version();

}  // namespace wick::monitor
