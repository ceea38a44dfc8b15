/* SPDX-FileCopyrightText: The Wick authors */
/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The calls that musl's streams make; their numbers mean nothing outside of syscall_arch.h. */
#include <sys/ioctl.h>

#define SYS_read 1
#define SYS_readv 2
#define SYS_writev 3
#define SYS_open 4
#define SYS_close 5
#define SYS_fcntl 6
#define SYS_ioctl 7
#define SYS_unlink 8
#define SYS_rmdir 9
#define SYS_readlink 10
#define SYS_socketcall 0
