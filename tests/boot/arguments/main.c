// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

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
  char name[32];
  CHECK(gethostname(name, sizeof(name)) == 0 && !strcmp(name, "test-arguments"));
  CHECK(gethostname(name, 5) == -1 && errno == ENAMETOOLONG);
  CHECK(getpid() == 1 && sysconf(_SC_PAGESIZE) == 4096 && sysconf(-1) == -1 && errno == EINVAL);
  return success();
}
