// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What became of the guests before this one. Behind a wall hv restarts a crashed guest and keeps the record of its
// death (hv/abi/crash.h), which /dev/crash gives whole: it exists once there was a crash.

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// How often the guest was restarted since power-on.
uint64_t wick_restarts(void);

/// Why the last one died, one word of "exception", "panic", "watchdog", "forbidden", "memory"; "none" before any crash.
const char* wick_last_crash_cause(void);

#ifdef __cplusplus
}
#endif
