// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "run/console.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "abi/console.h"

namespace wick::tool {
namespace {

using namespace console_line;

bool common_start(std::string_view a, std::string_view b) {
  std::size_t n = std::min(a.size(), b.size());
  return a.substr(0, n) == b.substr(0, n);
}

/// As hv writes each line of a record.
bool is_record_line(std::string_view line) {
  const auto key = line.substr(0, line.find('='));
  return key.size() < line.size() && !key.empty() &&
         std::ranges::all_of(key, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

}  // namespace

bool Console::may_be_ours() const {
  if (in_crash_) return line_.size() <= kMaxLineBytes;
  return common_start(line_, kExit) || common_start(line_, kCrash) || common_start(line_, kRestart);
}

/// It is none of hv's. @return the plain text that it is
std::string Console::give_up_record() {
  in_crash_ = false;
  return std::exchange(record_, {});
}

void Console::feed(std::string_view bytes) {
  std::string pass;
  auto flush = [&] {
    if (!pass.empty()) sink_(pass);
    pass.clear();
  };
  for (char c : bytes) {
    if (c == '\n' && !passing_) flush();
    add(c, pass);
  }
  flush();
}

void Console::add(char c, std::string& pass) {
  if (passing_) {
    pass += c;
    passing_ = c != '\n';
  } else if (c == '\n') {
    end_line();
  } else {
    line_ += c;
    if (may_be_ours()) return;
    pass += give_up_record() + std::exchange(line_, {});
    passing_ = true;
  }
}

void Console::end_record() {
  in_crash_ = false;
  crash_ = std::exchange(record_, {});
  if (verbose_) sink_(crash_);
  if (crashed_) crashed_(crash_);
}

/// @return whether the line has become part of a record
bool Console::take_for_record() {
  const bool begins = !in_crash_ && line_ == kCrash, ends = in_crash_ && line_ == kCrashEnd;
  if (begins) {
    in_crash_ = true;
    record_lines_ = 0;
  }
  if (!in_crash_) return false;
  if (!begins && !ends && (!is_record_line(line_) || ++record_lines_ > kMaxRecordLines)) {
    sink_(give_up_record());
    return take_for_record();  // a new one may begin
  }
  record_ += std::exchange(line_, {}) + "\n";
  if (ends) end_record();
  return true;
}

bool Console::take_exit_code() {
  if (!line_.starts_with(kExit)) return false;
  unsigned code = 0;
  const char* end = line_.data() + line_.size();
  const auto [stop, error] = std::from_chars(line_.data() + kExit.size(), end, code);
  if (error != std::errc{} || stop != end) return false;
  exit_code_ = code;
  return true;
}

void Console::end_line() {
  if (take_for_record()) return;
  const bool ours = take_exit_code();
  if (line_.starts_with(kRestart)) crash_.clear();
  line_ += "\n";
  if (!ours || verbose_) sink_(line_);
  line_.clear();
}

void Console::finish() {
  line_ = give_up_record() + line_;
  if (!line_.empty()) sink_(line_);
  line_.clear();
}

}  // namespace wick::tool
