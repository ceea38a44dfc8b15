// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include "check.h"

static void quick(void) { (void)write(1, "at_quick_exit ran\n", 18); }
static void never(void) { (void)write(1, "atexit ran\n", 11); }

int main(void) {
  static char console[8192];
  setvbuf(stdout, console, _IOFBF, sizeof(console));
  CHECK(at_quick_exit(quick) == 0 && atexit(never) == 0);
  printf("this was still in the buffer\n");
  quick_exit(7);
}
