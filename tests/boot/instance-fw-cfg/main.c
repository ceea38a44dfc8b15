// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include "check.h"

int main(void) {
  char host[64];
  CHECK(gethostname(host, sizeof host) == 0);
  printf("host: %s\n", host);
  return success();
}
