/* SPDX-FileCopyrightText: The Wick authors */
/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * For musl's sources that are compiled on demand. Those that read /etc/passwd and /etc/group: an appliance that embeds
 * none has one user, root. Nobody cancels threads here, and memory is malloc()'s.
 */
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

FILE* wick_open_users(const char* path, const char* mode);
#define fopen wick_open_users
#define PTHREAD_CANCEL_DISABLE 0
#define pthread_setcancelstate(state, before) ((void)(before))
#define __libc_malloc malloc
#define __libc_free free
#ifndef NGROUPS_MAX
#define NGROUPS_MAX 32
#endif
#define itoa wick_itoa /* picolibc has another */
