// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The checkpoint: where the program goes on after a crash (restart.policy = "restore"), or as a copy of itself started
// from a snapshot. To be called once everything is set up that need not be set up again.

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Returns here now, and again after each return to the checkpoint, with memory as it is now. Random numbers, sequence
/// numbers and ports of connections and the date are renewed behind a return, connections of before are reset; whatever
/// else must differ between two copies is the caller's to renew. The first one of a run is what restarts return to,
/// unless the manifest says restart.checkpoint = "last".
/// @return 0 the first time, then a positive number; -1 and ENOSYS when nobody keeps a checkpoint, EPERM when an
/// earlier one counts, ENOMEM when there is no room for it, EIO when a snapshot's file can't be written: an earlier
/// checkpoint is still what it was
int64_t wick_checkpoint(void);

/// Which life this is: 0 at first, another number after each return to a checkpoint and whenever a machine that was
/// suspended goes on, perhaps as one of several copies (`xl restore`). To be compared at each use by who keeps what two
/// lives must not share, such as keys and nonces. Costs a few loads.
uint32_t wick_life(void);

#ifdef __cplusplus
}
#endif
