// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// picolibc's hook into arc4random(), included in front of each C source (meson.build): a guest that has gone back to a
// checkpoint must not draw the same numbers twice. `rs` is picolibc's own state, nullptr before the first number.

#define _ARC4RANDOM_FORKDETECT()                                  \
  ({                                                              \
    extern int wick_random_is_stale(void);                        \
    if (rs && wick_random_is_stale()) memset(rs, 0, sizeof(*rs)); \
  })

// And its answer to a generator without a seed, in place of a signal that would bring the part of signals along.
#define _ARC4RANDOM_GETENTROPY_FAIL() abort()
