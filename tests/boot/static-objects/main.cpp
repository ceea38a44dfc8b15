// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "check.h"

namespace {

int order = 0;

struct Early {
  Early() { order++; }
  ~Early() {
    CHECK(order == 3);
    puts(text.c_str());
  }
  std::string text = "atexit, then static";
} early;

[[gnu::constructor]] void constructed() { order++; }

Early& function_local() {
  static int calls = 0;
  CHECK(calls++ == 0);
  return early;
}

}  // namespace

int main() {
  CHECK(order == 2);
  function_local();
  CHECK(atexit([] { CHECK(order++ == 2); }) == 0);
  success();
  return 3;
}
