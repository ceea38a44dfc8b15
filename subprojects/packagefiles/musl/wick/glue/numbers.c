/* SPDX-FileCopyrightText: The Wick authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Conversions that musl has not and picolibc has inexact: with a locale (numbers look the same in each), and TS 18661's
 * strfrom functions by snprintf().
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

float strtof_l(const char* text, char** rest, locale_t locale) { return (void)locale, strtof(text, rest); }
double strtod_l(const char* text, char** rest, locale_t locale) { return (void)locale, strtod(text, rest); }
long double strtold_l(const char* text, char** rest, locale_t locale) { return (void)locale, strtold(text, rest); }
float wcstof_l(const wchar_t* text, wchar_t** rest, locale_t locale) { return (void)locale, wcstof(text, rest); }
double wcstod_l(const wchar_t* text, wchar_t** rest, locale_t locale) { return (void)locale, wcstod(text, rest); }
long double wcstold_l(const wchar_t* text, wchar_t** rest, locale_t locale) {
  return (void)locale, wcstold(text, rest);
}

/* "%.5g" becomes "%.5Lg". */
static int from(char* to, size_t bytes, const char* format, long double value) {
  char wide[32];
  const size_t length = strlen(format);
  if (length < 2 || length > sizeof(wide) - 2) return -1;
  memcpy(wide, format, length - 1);
  wide[length - 1] = 'L';
  wide[length] = format[length - 1];
  wide[length + 1] = '\0';
  return snprintf(to, bytes, wide, value);
}

int strfromf(char* to, size_t bytes, const char* format, float value) { return from(to, bytes, format, value); }
int strfromd(char* to, size_t bytes, const char* format, double value) { return from(to, bytes, format, value); }
int strfroml(char* to, size_t bytes, const char* format, long double value) { return from(to, bytes, format, value); }
