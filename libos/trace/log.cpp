// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See log.h.

#include "trace/log.h"

#include <cstring>

#include "sched/lock.h"
#include "trace/console.h"
#include "trace/format.h"
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

void put(Level level, const char* text, std::size_t length) {
  if (level > current_level) return;
  char line[kLineBytes];
  const char* start = head(level);
  std::size_t used = std::strlen(start);
  std::memcpy(line, start, used);
  const std::size_t room = sizeof(line) - used - 1;
  if (length > room) length = room;
  std::memcpy(line + used, text, length);
  used += length;
  line[used++] = '\n';
  const sched::Guard guard(sched::State::log);
  buffer.append(line, static_cast<std::uint32_t>(used));
  console::write(line, used);
}

inline namespace libos {

void write(Level level, const char* format, ...) {
  if (level > current_level) return;
  char text[kLineBytes];
  std::va_list arguments;
  va_start(arguments, format);
  const std::size_t length = trace::format_list(text, sizeof(text), format, arguments);
  va_end(arguments);
  put(level, text, length);
}

}  // namespace libos

std::size_t last(char* to, std::size_t capacity) {
  const sched::Guard guard(sched::State::log);
  const std::size_t length = buffer.length() < capacity ? buffer.length() : capacity;
  std::memcpy(to, buffer.bytes() + buffer.length() - length, length);
  return length;
}

}  // namespace wick::log
