// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "check.h"

int main(void) {
  volatile long* volatile nowhere = (volatile long*)8;
  printf("read %ld\n", *nowhere);
  return 1;
}
