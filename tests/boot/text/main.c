// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Holds on Linux as well: LANG=C.UTF-8, cc -D_GNU_SOURCE -I.. *.c.
#include "check.h"
#include "parts.h"

int main(void) {
  locales();
  wide_characters();
  wide_streams();
  conversions();
  patterns();
  numbers();
  return success();
}
