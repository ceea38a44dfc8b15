// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "check.h"

static const volatile char constant[] = "constant";

int main(void) {
  *(volatile char*)constant = 'K';
  puts("a constant was written");
  return 1;
}
