// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "base/terminal.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace wick::tool {

std::string paint(Paint colour, std::string_view text, int stream) {
  const char* refused = std::getenv("NO_COLOR");
  if (colour == Paint::none || (refused && *refused) || !isatty(stream)) return std::string(text);
  constexpr int kCodes[] = {0, 1, 31, 32, 33, 2};
  return fmt::format("\033[{}m{}\033[0m", kCodes[static_cast<int>(colour)], text);
}

void print(std::string_view text) {
  fmt::print(stdout, "{}\n", text);
  std::fflush(stdout);
}

void remark(std::string_view text) { fmt::print(stderr, "{} {}\n", paint(Paint::dim, "wick:", STDERR_FILENO), text); }

void complain(const Error& error) {
  std::string where = error.location.empty() ? "wick:" : error.location + ":";
  fmt::print(stderr, "{} {}\n", paint(Paint::red, where, STDERR_FILENO), error.sentence);
  if (!error.hint.empty()) fmt::print(stderr, "{} {}\n", paint(Paint::yellow, "hint:", STDERR_FILENO), error.hint);
}

}  // namespace wick::tool
