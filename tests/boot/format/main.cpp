// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <format>
#include <string>

#include "check.h"

int main() {
  CHECK(std::format("{} {:>6} {:#x} {:08b}", 42, "right", 255, 5) == "42  right 0xff 00000101");
  CHECK(std::format("{:.3f} {} {:e}", 3.14159265, 0.1, 12345.678) == "3.142 0.1 1.234568e+04");
  CHECK(std::format("{1} {0}", "world", "hello") == "hello world");
  CHECK(std::format("{:*^9}", std::string("mid")) == "***mid***");
  CHECK(std::format("{}", true) == "true");
  try {
    (void)std::vformat("{:d}", std::make_format_args("text"));
    CHECK(!"a wrong format was accepted");
  } catch (const std::format_error&) {
  }
  return success();
}
