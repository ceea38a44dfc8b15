/* SPDX-FileCopyrightText: The Wick authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions of picolibc's stdio that musl's has not. picolibc's own would work on streams of another shape: a program
 * that uses one is told by the linker, in the name of what is missing.
 */
#define ABSENT(name, sentence)       \
  void there_is_no_##sentence(void); \
  void name(void) { there_is_no_##sentence(); }

#pragma clang diagnostic ignored "-Wincompatible-library-redeclaration"
ABSENT(funopen, funopen__use_fopencookie)
ABSENT(fdevopen, fdevopen__use_fopencookie)
ABSENT(asnprintf, asnprintf__use_asprintf)
ABSENT(vasnprintf, vasnprintf__use_vasprintf)
ABSENT(gets, gets_since_C11__use_fgets)
ABSENT(sprintf_s, sprintf_s__use_snprintf)
ABSENT(vsnprintf_s, vsnprintf_s__use_vsnprintf)
ABSENT(vfprintf_s, vfprintf_s__use_vfprintf)
