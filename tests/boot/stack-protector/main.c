// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "check.h"

static void smash(volatile size_t count) {
  char buffer[16];
  for (volatile size_t i = 0; i < count; i++) ((volatile char*)buffer)[i] = 'A';
}

int main(void) {
  smash(32);
  puts("the smashed function returned");
  return 1;
}
