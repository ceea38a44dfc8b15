// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// POSIX <fcntl.h>: picolibc's, and what it lacks.

#include_next <fcntl.h>

// Locks that belong to an open description (POSIX.1-2024, Linux).
#define F_OFD_GETLK 36
#define F_OFD_SETLK 37
#define F_OFD_SETLKW 38
