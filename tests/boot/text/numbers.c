// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Numbers in hexadecimal, and of long double.
#include <math.h>
#include <stdlib.h>

#include "check.h"
#include "parts.h"

static int prints(const char* expected, const char* format, double value) {
  char text[64];
  snprintf(text, sizeof text, format, value);
  return strcmp(text, expected) == 0;
}

void numbers(void) {
  CHECK(prints("0x1.8p+1", "%a", 3.0) && prints("-0X1.FFFP+0", "%A", -1.999755859375) &&
        prints("0x1.00p+0", "%.2a", 1.001));
  CHECK(prints("inf", "%a", INFINITY) && prints("0x0p+0", "%a", 0.0));
  char* end = NULL;
  CHECK(strtod("0x1.8p1z", &end) == 3.0 && *end == 'z' && strtod("0x.8", &end) == 0.5 &&
        strtod("-0xAp-1", NULL) == -5.0);
  CHECK(strtod("0x", &end) == 0.0 && *end == 'x' && strtof("0x1p-149", NULL) > 0 && isinf(strtod("1e999", NULL)) &&
        errno == ERANGE);
  CHECK(isnan(strtod("nan(12)x", &end)) && *end == 'x' && isinf(strtod("-Infinity", &end)) && !*end);
  CHECK(strtold("0x1.000000000000001p0", NULL) > 1.0L && strtold("1.1", NULL) != (long double)1.1);
  char text[64];
  snprintf(text, sizeof text, "%.20Lg", 0.1L);
  CHECK(strtold(text, NULL) == 0.1L);
  double value = 0;
  CHECK(sscanf("0x1.4p3 7", "%la", &value) == 1 && value == 10.0);
}
