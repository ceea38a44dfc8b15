// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// POSIX <signal.h>: picolibc's, and what it lacks.

#include_next <signal.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NSIG _NSIG

int pthread_sigmask(int how, const sigset_t* wanted, sigset_t* before);

#ifdef __cplusplus
}
#endif
