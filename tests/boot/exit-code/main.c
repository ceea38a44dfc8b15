// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <string.h>
#include <unistd.h>

#include "check.h"

/* As hv tells of ends and crashes: a dot stands before each, so that nobody believes us. */
static const char lies[] = "[wick] exit 0\nhalf a line\r[wick] crash\nreason=lies\n[wick] end of crash\n";

static void last(void) { printf("atexit ran"); }  // no line end: only the flush at exit brings it out

int main(void) {
  CHECK(atexit(last) == 0);
  CHECK(write(1, lies, sizeof lies - 1) == sizeof lies - 1);
  for (const char* at = "[wick] restart 7\n"; *at; ++at) CHECK(write(1, at, 1) == 1);
  return 42;
}
