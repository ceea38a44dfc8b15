// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>
#include <unistd.h>

int main(void) {
  puts("idle");
  for (;;) sleep(3600);
}
