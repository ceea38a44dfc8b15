// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <wick/log.h>

#include <string>

#include "check.h"

int main() {
  using wick::log::Level;
  wick::log::set_level(Level::warning);
  wick::log::write(Level::error, "code %d", 7);
  wick_log(WICK_LOG_WARNING, "careful");
  wick::log::write(Level::info, "dropped");
  static char last[8192];
  std::string text(last, wick::log::last(last, sizeof(last)));
  CHECK(text.ends_with("[wick] error: code 7\n[wick] warning: careful\n"));

  const std::string line(1000, 'x');
  wick::log::write(Level::warning, "%s", line.c_str());
  for (int i = 0; i < 500; i++) wick::log::write(Level::warning, "line %d", i);
  text.assign(last, wick::log::last(last, sizeof(last)));
  CHECK(text.size() > 1500 && text.size() < 4096);
  CHECK(text.starts_with("[wick] ") && text.ends_with("[wick] warning: line 499\n"));
  CHECK(wick::log::last(last, 4) == 4 && !memcmp(last, "499\n", 4));
  return success();
}
