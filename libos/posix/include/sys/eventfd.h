// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Linux' <sys/eventfd.h>: a number behind a descriptor, to wake who polls it.

#include <fcntl.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef uint64_t eventfd_t;

#define EFD_SEMAPHORE 1
#define EFD_NONBLOCK O_NONBLOCK
#define EFD_CLOEXEC O_CLOEXEC

int eventfd(unsigned start, int flags);
int eventfd_read(int descriptor, eventfd_t* value);
int eventfd_write(int descriptor, eventfd_t value);

#ifdef __cplusplus
}
#endif
