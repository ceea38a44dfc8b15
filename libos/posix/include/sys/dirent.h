// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The system's half of <dirent.h>.

#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DT_UNKNOWN 0
#define DT_FIFO 1
#define DT_CHR 2
#define DT_DIR 4
#define DT_REG 8
#define DT_LNK 10
#define DT_SOCK 12
#define NAME_MAX 255

struct dirent {
  unsigned long d_ino;
  unsigned char d_type;
  char d_name[NAME_MAX + 1];
};

typedef struct wick_directory DIR;

#ifdef __cplusplus
}
#endif
