// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "check.h"

int main(void) {
  *(volatile char*)(void*)main = (char)0xc3;
  puts("code was written");
  return 1;
}
