// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// What lwIP asks of the compiler and of the library OS. Included by every lwIP source file.
#ifndef WICK_LWIP_CC_H
#define WICK_LWIP_CC_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>

#ifndef SSIZE_MAX
#define SSIZE_MAX LONG_MAX
#endif

#ifdef __cplusplus
extern "C" {
#endif

uint32_t wick_net_random(void);
uint16_t wick_net_checksum(const void* data, int length);
#ifndef NDEBUG
__attribute__((noreturn)) void wick_net_assertion(const char* sentence);
#endif

#ifdef __cplusplus
}
#endif

#define LWIP_RAND() wick_net_random()
#define LWIP_CHKSUM wick_net_checksum
#define LWIP_CHKSUM_ALGORITHM 0

#define LWIP_PLATFORM_DIAG(x) ((void)0)
#ifdef NDEBUG
#define LWIP_NOASSERT 1
#else
#define LWIP_PLATFORM_ASSERT(sentence) wick_net_assertion(sentence)
#endif

#define lwip_htons(x) ((u16_t)__builtin_bswap16(x))
#define lwip_htonl(x) ((u32_t)__builtin_bswap32(x))

// The names without a prefix are POSIX functions; only lwIP's own files, one of which forgets it, may have a macro.
#define LWIP_DONT_PROVIDE_BYTEORDER_FUNCTIONS 1
#ifndef __cplusplus
#define htonl(x) lwip_htonl(x)
#endif

#define SMEMCPY(to, from, length) __builtin_memcpy(to, from, length)

typedef int sys_prot_t;

#endif
