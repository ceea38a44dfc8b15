/* SPDX-FileCopyrightText: The Wick authors */
/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * musl's streams reach files by system calls. Here each is the POSIX function of that name: numbers are constants, so
 * that the switch is gone when a source is compiled.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static inline __attribute__((always_inline)) long wick_syscall(long number, long a, long b, long c) {
  long result = -1;
  switch (number) {
    case SYS_read:
      result = read((int)a, (void*)b, (size_t)c);
      break;
    case SYS_readv:
      result = readv((int)a, (const struct iovec*)b, (int)c);
      break;
    case SYS_writev:
      result = writev((int)a, (const struct iovec*)b, (int)c);
      break;
    case SYS_open:
      result = open((const char*)a, (int)b, (mode_t)c);
      break;
    case SYS_close:
      result = close((int)a);
      break;
    case SYS_fcntl:
      result = fcntl((int)a, (int)b, c);
      break;
    case SYS_ioctl:
      return isatty((int)a) ? 0 : -ENOTTY; /* only ever the size of a terminal, to see whether it is one */
    case SYS_unlink:
      result = unlink((const char*)a);
      break;
    case SYS_rmdir:
      result = rmdir((const char*)a);
      break;
    case SYS_readlink:
      result = readlink((const char*)a, (char*)b, (size_t)c);
      break;
    default:
      __builtin_trap();
  }
  return result < 0 ? -errno : result;
}

static inline __attribute__((always_inline)) long __syscall1(long n, long a) { return wick_syscall(n, a, 0, 0); }
static inline __attribute__((always_inline)) long __syscall2(long n, long a, long b) {
  return wick_syscall(n, a, b, 0);
}
static inline __attribute__((always_inline)) long __syscall3(long n, long a, long b, long c) {
  return wick_syscall(n, a, b, c);
}
static inline __attribute__((always_inline)) long __syscall6(long n, long a, long b, long c, long d, long e, long f) {
  (void)d, (void)e, (void)f;
  return wick_syscall(n, a, b, c);
}
