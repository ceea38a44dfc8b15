/* SPDX-FileCopyrightText: The Wick authors */
/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* utime(), which picolibc leaves to the system below it. */
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct utimbuf {
  time_t actime;
  time_t modtime;
};

int utime(const char* path, const struct utimbuf* times);

#ifdef __cplusplus
}
#endif
