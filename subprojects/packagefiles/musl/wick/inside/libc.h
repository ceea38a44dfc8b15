/* SPDX-FileCopyrightText: The Wick authors */
/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What musl's streams ask of its global state: whether there is a second thread, so that locks are worth their price.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

struct wick_libc {
  char threaded;
};
extern hidden struct wick_libc __libc;
#define libc __libc
