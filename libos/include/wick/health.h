// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Whether a new version of the appliance works, on a disk with two slots (docs/disks.md): a slot that `wick update` has
// written is started three times at most until somebody has found it good, and the slot of before is started again
// then.

#ifdef __cplusplus
extern "C" {
#endif

/// The program finds itself good: the slot that it was started from stays the one that is started. To be called once it
/// does its work, or by its answer to a question after its health; again costs two small reads. Blocks, and may not be
/// called by a handler of a signal.
/// @return 0 when that is on the disk, which survives the loss of power; -1 and errno: ENODEV when the machine wasn't
/// started from one of two slots or the manifest has no [slots], EIO when the disk can't be read or written
int wick_health(void);

#ifdef __cplusplus
}
#endif
