/* SPDX-FileCopyrightText: The Wick authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * An addition to libslirp's interface: it asks to be called every half second as soon as one port is forwarded, and
 * every second without. A host full of idle appliances has better things to do. */
#pragma once

#include <stdbool.h>

#include "libslirp.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Whether nothing but forwards that wait is there: until a frame or a connection comes, no time runs out. */
bool slirp_is_idle(const Slirp* slirp);

#ifdef __cplusplus
}
#endif
