// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A small <sys/mman.h>: private and anonymous mappings, as memory of the heap. There is no paging behind it.

#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PROT_NONE 0
#define PROT_READ 1
#define PROT_WRITE 2
#define PROT_EXEC 4
#define MAP_SHARED 0x01
#define MAP_PRIVATE 0x02
#define MAP_FIXED 0x10
#define MAP_ANONYMOUS 0x20
#define MAP_ANON MAP_ANONYMOUS
#define MAP_FAILED ((void*)-1)

void* mmap(void* address, size_t bytes, int rights, int flags, int descriptor, off_t offset);
int munmap(void* address, size_t bytes);

#ifdef __cplusplus
}
#endif
