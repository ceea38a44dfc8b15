// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Copies of one warm guest in the background: a guest is started, up to its checkpoint, and each copy goes on from
// there, with a network and an identity of its own. What a copy doesn't write it shares with all others.

#include "run/describe.h"

namespace wick::tool {

/// How many of --clones. Refuses what copies can't share: a tap, disks, a vsock socket, a debugger; and -d, --dry-run.
/// @return 0: none were asked for
Result<unsigned> clone_count(const RunOptions& options);

/// Starts `count` copies, prints "NAME PID" of each, and returns once all can run. Should one fail, all are ended.
Result<void> start_clones(const NativeRun& run, const std::string& name, unsigned count);

}  // namespace wick::tool
