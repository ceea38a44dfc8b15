// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Choosing a locale. There are two, "C" and "C.UTF-8"; picolibc's own setlocale() and newlocale() take every other name
// for the second, where C17 (7.11.1.1) wants to be told that a choice can't be honoured. Its number of the current
// locale stays what all of its functions look at.

#include <locale.h>
#include <strings.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

extern "C" {
extern locale_t __global_locale;
int __find_locale(const char* name);
}

namespace {

/// "" is what the environment says; "C" when it says nothing.
const char* spelled_out(const char* name) {
  if (name[0]) return name;
  for (const char* variable : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    if (const char* value = std::getenv(variable); value && value[0]) return value;
  }
  return "C";
}

bool known(const char* name) {
  return std::strcmp(name, "C") == 0 || std::strcmp(name, "POSIX") == 0 || strcasecmp(name, "C.UTF-8") == 0 ||
         strcasecmp(name, "C.UTF8") == 0;
}

char* name_of(locale_t locale) {
  static char plain[] = "C", wide[] = "C.UTF-8";
  return locale == __find_locale("C") ? plain : wide;
}

}  // namespace

extern "C" {

char* setlocale(int category, const char* name) {
  if (name) name = spelled_out(name);
  if (category < LC_ALL || category > LC_MESSAGES || (name && !known(name))) return nullptr;
  if (name && (category == LC_ALL || category == LC_CTYPE)) __global_locale = __find_locale(name);
  return name_of(__global_locale);
}

locale_t newlocale(int mask, const char* name, locale_t base) {
  if (!name || (mask & ~LC_ALL_MASK) != 0 || base == LC_GLOBAL_LOCALE) {
    errno = EINVAL;
    return 0;
  }
  name = spelled_out(name);
  if (!known(name)) {
    errno = ENOENT;
    return 0;
  }
  if (mask & LC_CTYPE_MASK) return __find_locale(name);
  return base ? base : __find_locale("C");
}

}  // extern "C"
