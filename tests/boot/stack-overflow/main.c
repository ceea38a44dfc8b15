// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "check.h"

static int recurse(volatile char* above) {
  volatile char here[512];
  here[0] = above[0];
  return recurse(here) + here[0];
}

int main(void) {
  volatile char start[1] = {0};
  printf("returned %d\n", recurse(start));
  return 1;
}
