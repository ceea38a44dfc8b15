// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The log for applications, with the whole of printf(). In a file of its own: an image whose application doesn't use it
// links none of that.

#include <cstdio>

#include "wick/log.h"

namespace wick::log {

void put(Level level, const char* text, std::size_t length);  // trace/log.h, whose write() is another

void write_list(Level level, const char* format, std::va_list arguments) {
  if (level > log::level()) return;
  char line[256];
  const int wanted = std::vsnprintf(line, sizeof(line), format, arguments);
  if (wanted > 0)
    put(level, line,
        static_cast<std::size_t>(wanted) < sizeof(line) ? static_cast<std::size_t>(wanted) : sizeof(line) - 1);
}

void write(Level level, const char* format, ...) {
  std::va_list arguments;
  va_start(arguments, format);
  write_list(level, format, arguments);
  va_end(arguments);
}

}  // namespace wick::log

extern "C" void wick_log(enum wick_log_level level, const char* format, ...) {
  std::va_list arguments;
  va_start(arguments, format);
  wick::log::write_list(static_cast<wick::log::Level>(level), format, arguments);
  va_end(arguments);
}
