// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// syslog(): to the appliance's log, which the console shows and the crash record keeps.

#include <syslog.h>

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>

#include "trace/log.h"

using namespace wick;

namespace {

constinit const char* name = nullptr;
constinit int mask = LOG_UPTO(LOG_DEBUG);

log::Level level(int priority) {
  switch (LOG_PRI(priority)) {
    case LOG_WARNING:
      return log::Level::warning;
    case LOG_NOTICE:
    case LOG_INFO:
      return log::Level::info;
    case LOG_DEBUG:
      return log::Level::debug;
    default:
      return log::Level::error;
  }
}

}  // namespace

extern "C" {

void openlog(const char* to, int, int) { name = to; }
void closelog(void) { name = nullptr; }

int setlogmask(int wanted) {
  const int before = mask;
  if (wanted != 0) mask = wanted;
  return before;
}

/// "%m" is musl's printf's own: errno is what it was when the program called.
void vsyslog(int priority, const char* format, va_list arguments) {
  const int reason = errno;
  if (!(mask & LOG_MASK(LOG_PRI(priority)))) return;
  char line[256];
  int used = name ? std::snprintf(line, sizeof line, "%s: ", name) : 0;
  used = std::clamp(used, 0, static_cast<int>(sizeof line) - 1);
  errno = reason;
  const int more = std::vsnprintf(line + used, sizeof line - static_cast<std::size_t>(used), format, arguments);
  std::size_t length = std::min(static_cast<std::size_t>(used + std::max(more, 0)), sizeof line - 1);
  if (length > 0 && line[length - 1] == '\n') length--;
  log::put(level(priority), line, length);
}

void syslog(int priority, const char* format, ...) {
  std::va_list arguments;
  va_start(arguments, format);
  vsyslog(priority, format, arguments);
  va_end(arguments);
}

}  // extern "C"
