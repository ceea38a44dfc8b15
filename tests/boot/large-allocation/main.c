// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "check.h"

int main(void) {
  const size_t bytes = (2ul << 30) + 4096;
  for (int i = 0; i < 2; i++) {
    char* large = malloc(bytes);
    CHECK(large);
    large[0] = large[bytes / 2] = large[bytes - 1] = 1;
    free(large);
  }
  char* grown = malloc(1000);
  memset(grown, 5, 1000);
  grown = realloc(grown, bytes);
  CHECK(grown && grown[999] == 5);
  grown[bytes - 1] = 1;
  free(grown);
  CHECK(!malloc(1ul << 46) && errno == ENOMEM && !malloc((size_t)-100) && !calloc((size_t)-1, 2));
  return success();
}
