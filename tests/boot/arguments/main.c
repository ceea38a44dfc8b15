// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include "check.h"

extern char** environ;

int main(int argc, char** argv, char** envp) {
  static const char* const expected[] = {
      "test-arguments",  "one",           "two words", "k=v", "\"",     "\"\"",    "\"a\" and \"b\"",
      "{\"k\": [1, 2]}", "tab\there\t",   "",          " ",   "  lead", "trail  ", "back\\slash",
      "#hash",           "\xc3\xbcmlaut", "="};
  CHECK(argc == sizeof(expected) / sizeof(*expected) && argv[argc] == 0);
  for (int i = 0; i < argc; i++) CHECK(!strcmp(argv[i], expected[i]));
  CHECK(!strcmp(getenv("JSON"), "{\"a\":\"b\"}") && !strcmp(getenv("QUOTED"), "\"x\"") &&
        !strcmp(getenv("SPACES"), "  x  "));
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
