// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// POSIX <sys/uio.h>, which picolibc lacks. lwIP's struct iovec must be this one.

#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct iovec {
  void* iov_base;
  size_t iov_len;
};

#define IOV_MAX 1024

ssize_t readv(int descriptor, const struct iovec* pieces, int count);
ssize_t writev(int descriptor, const struct iovec* pieces, int count);
ssize_t preadv(int descriptor, const struct iovec* pieces, int count, off_t offset);
ssize_t pwritev(int descriptor, const struct iovec* pieces, int count, off_t offset);

#ifdef __cplusplus
}
#endif
