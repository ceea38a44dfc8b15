/* SPDX-FileCopyrightText: The Wick authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * picolibc's realloc() refuses more than INT_MAX bytes at once, on 64-bit machines too, and nothing else in it is that
 * narrow. Its own source, compiled with the limit that POSIX has (PTRDIFF_MAX).
 */
#include <limits.h>
#include <stdint.h>
#undef INT_MAX
#define INT_MAX PTRDIFF_MAX
#include <malloc-realloc.c>
