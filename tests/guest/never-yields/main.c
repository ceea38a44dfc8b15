// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>

int main(void) {
  puts("computing");
  fflush(stdout);
  for (;;) __asm__ volatile("");
}
