// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "check.h"

static unsigned char code[] = {0xc3};  // ret

int main(void) {
  void (*volatile function)(void) = (void (*)(void))(void*)code;
  function();
  puts("data was executed");
  return 1;
}
