/* SPDX-FileCopyrightText: The Wick authors */
/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * For musl's conversions and regular expressions, compiled on demand. Characters of regular expressions are those of
 * the thread's locale; iconv() speaks of UTF-8 whatever that is, by picolibc's functions behind the locale of that
 * name.
 */
#include <limits.h>
#include <stdlib.h>
#include <wchar.h>

int __utf8_mbtowc(wchar_t* to, const char* from, size_t bytes, mbstate_t* state);
int __utf8_wctomb(char* to, wchar_t character, mbstate_t* state);
#define mbrtowc(to, from, bytes, state) __utf8_mbtowc(to, from, bytes, state)
#define wctomb(to, character) __utf8_wctomb(to, character, &(mbstate_t){0})
#ifndef CHARCLASS_NAME_MAX
#define CHARCLASS_NAME_MAX 14
#endif
