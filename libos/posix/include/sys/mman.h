// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// <sys/mman.h>: mappings, as memory of the heap. There is no paging behind it. Numbers are Linux's.

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
#define MAP_NORESERVE 0x4000
#define MAP_POPULATE 0x8000
#define MAP_STACK 0x20000
#define MAP_FAILED ((void*)-1)
#define MS_ASYNC 1
#define MS_INVALIDATE 2
#define MS_SYNC 4
#define MADV_NORMAL 0
#define MADV_RANDOM 1
#define MADV_SEQUENTIAL 2
#define MADV_WILLNEED 3
#define MADV_DONTNEED 4
#define MADV_FREE 8
#define MADV_HUGEPAGE 14
#define MADV_NOHUGEPAGE 15
#define MADV_DONTDUMP 16
#define POSIX_MADV_NORMAL 0
#define POSIX_MADV_RANDOM 1
#define POSIX_MADV_SEQUENTIAL 2
#define POSIX_MADV_WILLNEED 3
#define POSIX_MADV_DONTNEED 4
#define MREMAP_MAYMOVE 1
#define MCL_CURRENT 1
#define MCL_FUTURE 2

void* mmap(void* address, size_t bytes, int rights, int flags, int descriptor, off_t offset);
int munmap(void* address, size_t bytes);
int mprotect(void* address, size_t bytes, int rights);
int msync(void* address, size_t bytes, int flags);
int madvise(void* address, size_t bytes, int advice);
int posix_madvise(void* address, size_t bytes, int advice);
void* mremap(void* address, size_t before, size_t after, int flags, ...);
int mlock(const void* address, size_t bytes);
int munlock(const void* address, size_t bytes);
int mlockall(int flags);
int munlockall(void);

#ifdef __cplusplus
}
#endif
