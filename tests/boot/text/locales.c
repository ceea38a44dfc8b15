// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Which locales there are, of the program and of a thread. Leaves C.UTF-8 set.
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <time.h>
#include <wchar.h>

#include "check.h"
#include "parts.h"

void locales(void) {
  CHECK(strcmp(setlocale(LC_ALL, NULL), "C") == 0 && MB_CUR_MAX == 1);
  CHECK(!setlocale(LC_ALL, "tlh_KX") && !setlocale(LC_CTYPE, "de_DE.UTF-8"));
  CHECK(setlocale(LC_ALL, "POSIX") && strcmp(setlocale(LC_ALL, NULL), "C") == 0);
  CHECK(setlocale(LC_ALL, "") && strcmp(setlocale(LC_ALL, NULL), "C.UTF-8") == 0 && MB_CUR_MAX > 1);
  CHECK(strcmp(nl_langinfo(CODESET), "UTF-8") == 0 && strcmp(nl_langinfo(RADIXCHAR), ".") == 0);
  CHECK(strcmp(nl_langinfo(DAY_1), "Sunday") == 0 && strcmp(localeconv()->decimal_point, ".") == 0);

  const locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0),
                 utf8 = newlocale(LC_ALL_MASK, "C.UTF-8", (locale_t)0);
  CHECK(plain && utf8 && !newlocale(LC_ALL_MASK, "tlh_KX", (locale_t)0) && errno == ENOENT);
  CHECK(uselocale(plain) == LC_GLOBAL_LOCALE && MB_CUR_MAX == 1);
  const locale_t copy = duplocale(utf8);
  CHECK(copy && uselocale(copy) == plain && MB_CUR_MAX > 1 && uselocale(LC_GLOBAL_LOCALE) == copy);
  freelocale(plain);
  freelocale(copy);
  freelocale(utf8);
}
