/* SPDX-FileCopyrightText: The Wick authors */
/* SPDX-License-Identifier: Apache-2.0 */
/* The types that musl's <stdio.h> asks for, as picolibc's other headers have them: FILE is struct __file in both. */
#include <stdarg.h>
#include <stddef.h>
#include <sys/types.h>

#ifndef ___FILE_DECLARED
typedef struct __file __FILE;
#define ___FILE_DECLARED
#endif
#ifndef _FILE_DECLARED
typedef __FILE FILE;
#define _FILE_DECLARED
#endif
#ifndef __DEFINED___isoc_va_list
typedef __builtin_va_list __isoc_va_list;
#define __DEFINED___isoc_va_list
#endif
#ifdef __NEED___isoc_va_list /* <stdio.h> asks, and defines NULL, too */
#undef NULL
#undef __NEED___isoc_va_list
#endif
#ifdef __NEED_sa_family_t
#include <sys/socket.h>
#endif
#ifdef __NEED_sigset_t
#include <signal.h>
#endif
#ifdef __NEED_struct_timeval
#include <sys/time.h>
#endif
#if defined(__NEED_struct_winsize) && !defined(__DEFINED_struct_winsize)
struct winsize {
  unsigned short ws_row, ws_col, ws_xpixel, ws_ypixel;
};
#define __DEFINED_struct_winsize
#endif
#if defined(__NEED_regoff_t) && !defined(__DEFINED_regoff_t)
typedef long regoff_t;
#define __DEFINED_regoff_t
#endif
