// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "run/console.h"

#include <algorithm>
#include <charconv>

#include "run/crash.h"

namespace wick::tool {
namespace {

constexpr std::string_view kExit = "[wick] exit ", kRestart = "[wick] restart ";

bool common_start(std::string_view a, std::string_view b) {
  std::size_t n = std::min(a.size(), b.size());
  return a.substr(0, n) == b.substr(0, n);
}

}  // namespace

bool Console::may_be_ours() const {
  return in_crash_ || common_start(line_, kExit) || common_start(line_, kCrashBegin);
}

void Console::feed(std::string_view bytes) {
  std::string pass;
  auto flush = [&] {
    if (!pass.empty()) sink_(pass);
    pass.clear();
  };
  for (char c : bytes) {
    if (passing_) {
      pass += c;
      if (c == '\n') passing_ = false;
    } else if (c == '\n') {
      flush();
      end_line();
    } else {
      line_ += c;
      if (may_be_ours()) continue;
      pass += line_;
      line_.clear();
      passing_ = true;
    }
  }
  flush();
}

void Console::end_line() {
  std::string line = std::move(line_) + "\n";
  line_.clear();
  bool ours = true;
  if (in_crash_) {
    crash_ += line;
    if (line.starts_with(kCrashEnd)) {
      in_crash_ = false;
      if (crashed_) crashed_(crash_);
    }
  } else if (line.starts_with(kRestart)) {
    crash_.clear();
    ours = false;
  } else if (line.starts_with(kCrashBegin)) {
    in_crash_ = true;
    crash_ = line;
  } else if (line.starts_with(kExit)) {
    unsigned code = 0;
    const char* end = line.data() + line.size() - 1;
    auto [stop, error] = std::from_chars(line.data() + kExit.size(), end, code);
    ours = error == std::errc{} && stop == end;
    if (ours) exit_code_ = code;
  } else {
    ours = false;
  }
  if (!ours || verbose_) sink_(line);
}

void Console::finish() {
  if (!line_.empty()) sink_(line_);
  line_.clear();
}

}  // namespace wick::tool
