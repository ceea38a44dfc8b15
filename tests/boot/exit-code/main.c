// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "check.h"

static void last(void) { printf("atexit ran"); }  // no line end: only the flush at exit brings it out

int main(void) {
  CHECK(atexit(last) == 0);
  return 42;
}
