// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#undef NDEBUG
#include <assert.h>

#include "check.h"

int main(void) {
  volatile int numbers = 1;
  assert(numbers == 2);
  return success();
}
