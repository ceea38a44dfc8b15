// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// picolibc's nl_langinfo() and nl_langinfo_l(), whose CODESET is the locale's name where programs ask for an encoding.

#include "../../subprojects/picolibc-1.8.10/newlib/libc/locale/locale_private.h"
#define __locale_name(locale) ((locale) == locale_C ? "ANSI_X3.4-1968" : "UTF-8")
#include "../../subprojects/picolibc-1.8.10/newlib/libc/locale/nl_langinfo.c"
