// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "check.h"

int main(int argc, char** argv) {
  CHECK(argc == 3 && !strcmp(argv[1], "first") && !strcmp(argv[2], "second one"));
  CHECK(!strcmp(getenv("A"), "baked") && !strcmp(getenv("B"), "boot"));
  CHECK(!getenv("nonsense"));
  return success();
}
