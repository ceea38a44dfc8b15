// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See log.h.

#include "trace/log.h"

#include <cstdio>
#include <cstring>

#include "trace/console.h"
#include "trace/log_buffer.h"
#include "trace/record.h"

namespace wick::log {

namespace {

constexpr std::size_t kLineBytes = 256;  // longer lines are cut
constinit Level current_level = Level::warning;
constinit Buffer buffer;

/// "[wick] " as everything that isn't the application's own starts, and how bad it is.
const char* head(Level level) {
  switch (level) {
    case Level::error:
      return "[wick] error: ";
    case Level::warning:
      return "[wick] warning: ";
    case Level::info:
    case Level::debug:
      break;
  }
  return "[wick] ";
}

}  // namespace

void use_record(CrashRecord& record) { buffer = Buffer(record.log, sizeof(record.log), &record.log_length); }

void set_level(Level level) { current_level = level; }

Level level() { return current_level; }

void write_list(Level level, const char* format, std::va_list arguments) {
  if (level > current_level) return;
  char line[kLineBytes];
  const char* start = head(level);
  std::size_t used = std::strlen(start);
  std::memcpy(line, start, used);
  const std::size_t room = sizeof(line) - used - 1;
  const int wanted = std::vsnprintf(line + used, room, format, arguments);
  if (wanted > 0) used += static_cast<std::size_t>(wanted) < room ? static_cast<std::size_t>(wanted) : room - 1;
  line[used++] = '\n';
  buffer.append(line, static_cast<std::uint32_t>(used));
  console::write(line, used);
}

void write(Level level, const char* format, ...) {
  std::va_list arguments;
  va_start(arguments, format);
  write_list(level, format, arguments);
  va_end(arguments);
}

std::size_t last(char* to, std::size_t capacity) {
  const std::size_t length = buffer.length() < capacity ? buffer.length() : capacity;
  std::memcpy(to, buffer.bytes() + buffer.length() - length, length);
  return length;
}

}  // namespace wick::log

extern "C" void wick_log(enum wick_log_level level, const char* format, ...) {
  std::va_list arguments;
  va_start(arguments, format);
  wick::log::write_list(static_cast<wick::log::Level>(level), format, arguments);
  va_end(arguments);
}
