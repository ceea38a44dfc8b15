/* SPDX-FileCopyrightText: The Wick authors */
/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Included before each of musl's sources: its attributes, and its private names for public functions, which here are
 * the public functions.
 */
#include <features.h>

#define hidden __attribute__((__visibility__("hidden")))
#define weak __attribute__((__weak__))
#define weak_alias(old, new) weak_alias_of(old, new) /* whose names may be macros */
#define weak_alias_of(old, new) extern __typeof(old) new __attribute__((__weak__, __alias__(#old)))

#define _IO_FILE __file /* the tag that picolibc's headers use */
#define O_LARGEFILE 0
#define __lseek lseek
#define __dup3(from, to, flags) dup2(from, to)
#define getopt wick_plain_getopt /* see wick/glue/getopt.c */
#define __strchrnul strchrnul
#define __memrchr memrchr

#include <limits.h>
#include <wchar.h>
#include <wctype.h>
#ifndef SSIZE_MAX
#define SSIZE_MAX LONG_MAX
#endif
wint_t __fgetwc_unlocked(FILE*);
wint_t __fputwc_unlocked(wchar_t, FILE*);
hidden char* __randname(char*);
hidden int __mkostemps(char*, int, int);
char* strchrnul(const char*, int);
