// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Whatever goes wrong is told in one sentence: this makes it.

#include <cstdarg>
#include <cstdio>
#include <expected>
#include <string>

namespace wick::monitor {

/// Of what may fail: what is wrong, in one sentence.
using Outcome = std::expected<void, std::string>;

/// As printf(). @return an error for any std::expected<T, std::string>
[[gnu::format(printf, 1, 2)]] inline std::unexpected<std::string> sentence(const char* format, ...) {
  char text[400];
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  return std::unexpected<std::string>(text);
}

}  // namespace wick::monitor
