// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Hello: the shortest way from an image's entry to main() and out again.

#include <stdio.h>

int main(void) {
  puts("Hello from Wick");
  return 0;
}
