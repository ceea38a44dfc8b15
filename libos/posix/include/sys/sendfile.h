// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Linux' <sys/sendfile.h>: from a file into another descriptor without the program's touching the bytes.

#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

ssize_t sendfile(int to, int from, off_t* offset, size_t bytes);

#ifdef __cplusplus
}
#endif
