// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "check.h"

int main() {
  for (int i = 0; i < 2000; i++)
    printf("line %d of a text that is longer than all buffers of the device together\n", i);
  printf("[wick] exit 0\n");
  return success();
}
