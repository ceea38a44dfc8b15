// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "check.h"

extern char** environ;

int main(int argc, char** argv, char** envp) {
  CHECK(argc == 4 && argv[4] == 0);
  CHECK(!strcmp(argv[0], "test-arguments"));
  CHECK(!strcmp(argv[1], "one") && !strcmp(argv[2], "two words") && !strcmp(argv[3], "k=v"));
  CHECK(getenv("COLOUR") && !strcmp(getenv("COLOUR"), "blue"));
  CHECK(getenv("EMPTY") && !*getenv("EMPTY"));
  CHECK(!getenv("NONE") && envp == environ);
  CHECK(setenv("NONE", "some", 1) == 0 && !strcmp(getenv("NONE"), "some"));
  return success();
}
