// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Conversions between numbers and text. The texts are what C17 prescribes, or glibc's where it leaves a choice.

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <wchar.h>

#include "check.h"

static int printed(const char* wanted, const char* format, ...) {
  static char text[6000];
  va_list arguments;
  va_start(arguments, format);
  const int length = vsnprintf(text, sizeof(text), format, arguments);
  va_end(arguments);
  if (length == (int)strlen(wanted) && strcmp(text, wanted) == 0) return 1;
  printf("\"%s\" gave \"%s\" (%d), not \"%s\"\n", format, text, length, wanted);
  return 0;
}

static void print(void) {
  CHECK(printed("0.10000000000000000555 0.0000100000000000000008180", "%.20f %.25f", 0.1, 1e-5));
  CHECK(printed("9.999999999999999161139200000000e+22", "%.30e", 1e23));
  CHECK(printed("4.940656458412465441765687928682213723651e-324", "%.40g", 5e-324));
  CHECK(printed("123456789012345680.000000 0 2 2", "%f %.0f %.0f %.0f", 123456789012345678.0, 0.5, 1.5, 2.5));
  CHECK(
      printed("0.30000000000000004 0.3 10000000000000000000000.000000", "%.17g %.15g %f", 0.1 + 0.2, 0.1 + 0.2, 1e22));
  CHECK(printed("3.14159265358979311599796346854418516159057617187500", "%.50f", M_PI));
  CHECK(printed("1.500000 0.100000000000000000 1e+4000 3.362103e-4932|7", "%Lf %.18Lf %Lg %Le|%d", 1.5L, 0.1L, 1e4000L,
                3.3621031431120935e-4932L, 7));
  CHECK(printed("0.1000000000000000000013552527156068805425093160010874271392822265625", "%.70Lg", 0.1L));
  CHECK(printed("0x1p+0 0x1.999999999999ap-4 0x1.fffffffffffffp+1023 -0x0p+0", "%a %a %a %a", 1.0, 0.1, DBL_MAX, -0.0));
  CHECK(printed("  -inf +0.1 -00003.142 inf nan", "%6f %+.1f %010.3f %g %g", (double)-INFINITY, 0.05, -3.14159,
                (double)INFINITY, fabs((double)NAN)));
  char* text = malloc(LDBL_MAX_10_EXP + 10);
  CHECK(snprintf(text, LDBL_MAX_10_EXP + 10, "%.0Lf", LDBL_MAX) == LDBL_MAX_10_EXP + 1);
  CHECK(strncmp(text, "11897314953572317650212638530309702051690633222946", 50) == 0);
  CHECK(strtold(text, 0) == LDBL_MAX);
  free(text);

  CHECK(printed("1234567   007|42    |+5| 5|-00042|0xff|010|BEE", "%'d %5.3d|%-6d|%+d|% d|%06d|%#x|%#o|%X", 1234567, 7,
                42, 5, 5, -42, 255, 8, 3054));
  CHECK(printed("44 4464 -9223372036854775808 18446744073709551615 -5", "%hhd %hd %jd %zu %td", 300, 70000, INTMAX_MIN,
                SIZE_MAX, (ptrdiff_t)-5));
  CHECK(printed("two one|      3.14|abc|c|%", "%2$s %1$s|%3$*4$.2f|%5$.3s|%6$c|%%", "one", "two", 3.14159, 10, "abcdef",
                'c'));
  CHECK(printed("101|0|-1 00001010 0b101 0B11 |   1010|0", "%b|%b|%d %08b %#b %#B %#.0b|%7lb|%hhb", 5, 0, -1, 10, 5, 3,
                0, 10l, 256));
  CHECK(printed("0b1111111111111111111111111111111111111111111111111111111111111111|1010", "%1$#jb|%2$b", UINTMAX_MAX,
                10));
  wchar_t wide[20];
  CHECK(swprintf(wide, 20, L"%#b|%5B", 5, 2) == 11 && !wcscmp(wide, L"0b101|   10"));
  CHECK(printed("wide w", "%ls %lc", L"wide", L'w'));
  int n = -1;
  CHECK(printed("12345", "%s%n", "12345", &n) && n == 5);
}

static void read_numbers(void) {
  char* rest;
  CHECK(strtod("2.2250738585072011e-308", 0) == 0x0.fffffffffffffp-1022);
  CHECK(strtod("9007199254740993", 0) == 9007199254740992.0 && strtof("16777217", 0) == 16777216.0f);
  CHECK(strtod("0.500000000000000166533453693773481063544750213623046875", 0) == 0x1.0000000000002p-1);
  CHECK(strtod("1e", &rest) == 1 && !strcmp(rest, "e"));
  CHECK(strtod("1e+", &rest) == 1 && !strcmp(rest, "e+"));
  CHECK(strtod("0x1.8p1zz", &rest) == 3 && !strcmp(rest, "zz"));
  CHECK(strtod("0x", &rest) == 0 && !strcmp(rest, "x"));
  CHECK(isnan(strtod("nan(123)x", &rest)) && !strcmp(rest, "x"));
  CHECK(signbit(strtod("-nan", 0)) && !signbit(strtod("nan", 0)) && signbit(strtold("-NaN(1)", 0)));
  CHECK(strtod("infinityx", &rest) == INFINITY && !strcmp(rest, "x"));
  CHECK(strtod(".", &rest) == 0 && !strcmp(rest, "."));
  errno = 0;
  CHECK(strtod("1e400", 0) == HUGE_VAL && errno == ERANGE);
  errno = 0;
  CHECK(strtod("1e-400", 0) == 0 && errno == ERANGE);
  CHECK(strtold("0.1", 0) == 0.1L && (double)strtold("0.1", 0) == 0.1 && strtold("1e4000", 0) == 1e4000L);
  CHECK(wcstold(L"1e4000 ", 0) == 1e4000L && wcstod(L"0.1", 0) == 0.1);
  errno = 0;
  CHECK(strtol("99999999999999999999", &rest, 10) == INT64_MAX && errno == ERANGE && *rest == 0);
  errno = 0;
  CHECK(strtol("1", &rest, 99) == 0 && errno == EINVAL);
  CHECK(strtol("0x", &rest, 16) == 0 && !strcmp(rest, "x") && strtol("zz", 0, 36) == 1295);

  int i, j;
  double d;
  long double ld;
  char word[64], *made = 0;
  CHECK(sscanf("12 abc 3.5", "%d %s %lf", &i, word, &d) == 3 && i == 12 && d == 3.5);
  CHECK(sscanf("1e4000 0x1.8p1", "%Lf %lf", &ld, &d) == 2 && ld == 1e4000L && d == 3);
  CHECK(sscanf("0x1F 017", "%i %i", &i, &j) == 2 && i == 31 && j == 15);
  CHECK(sscanf("]x", "%[]]%c", word, word + 8) == 2 && word[0] == ']' && word[8] == 'x');
  CHECK(sscanf("", "%d", &i) == EOF && sscanf("x", "%d", &i) == 0);
  CHECK(sscanf("5 6", "%d%n", &i, &j) == 1 && j == 1);
  CHECK(sscanf("hello world", "%ms", &made) == 1 && !strcmp(made, "hello"));
  free(made);
  CHECK(sscanf("12:34:56", "%2d:%2d:%*d", &i, &j) == 2 && i == 12 && j == 34);
}

void numbers(void) {
  print();
  read_numbers();
  wchar_t wide[64];
  CHECK(swprintf(wide, 64, L"%.20Lf|%ls|%s", 0.1L, L"w", "n") == 26 && !wcscmp(wide, L"0.10000000000000000000|w|n"));
}
