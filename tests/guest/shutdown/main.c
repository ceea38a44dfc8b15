// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void say_goodbye(void) { puts("goodbye"); }

int main(void) {
  atexit(say_goodbye);
  puts("waiting");
  fflush(stdout);
  for (;;) sleep(1000);
}
