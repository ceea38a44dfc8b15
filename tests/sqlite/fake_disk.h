// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A disk in memory, below the store of apps/sqlite, that remembers what was written since the last flush and loses
// power when a number of operations is over.

#include <stdint.h>

enum { kMost = 6 << 20 };  // bytes

extern uint8_t seen[kMost];  // the disk as the store reads it
extern uint64_t disk_bytes;  // its size
extern unsigned ready_for;   // operations until the power goes
extern int dead;             // it has gone: nothing works
extern int lying;            // flushes do nothing
extern uint64_t state;       // of the random numbers
extern struct counts {
  unsigned long flushes, units, cuts, commits, full, sessions, resets, torn;
} count;

/// A number below another one.
uint32_t chance(uint32_t below);

/// The power is back: of each 512 bytes that weren't flushed a write is there or not, or half of it, in any order.
void cut(void);
/// What the ended program writes to the disk that is dead for it never was.
void forget_pending(void);
