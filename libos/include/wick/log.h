// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The appliance's log, for applications: lines with a level, on the console when they are important enough (`log.level`
// of the configuration), the last ones in the crash record.

#include <stdarg.h>
#include <stddef.h>

#ifdef __cplusplus

#include <cstdarg>
#include <cstddef>
#include <cstdint>

namespace wick::log {

enum class Level : std::uint8_t { error, warning, info, debug };

#ifndef WICK_LIBOS_LOG  // the library OS has a smaller write() of its own
/// printf-style, without a line end. A line of more than 240 characters is cut.
[[gnu::format(printf, 2, 3)]] void write(Level level, const char* format, ...);
[[gnu::format(printf, 2, 0)]] void write_list(Level level, const char* format, std::va_list arguments);
#endif

/// Lines above this level are dropped.
void set_level(Level level);
Level level();

/// Copies the last bytes of the log, oldest first. @return bytes copied
std::size_t last(char* to, std::size_t capacity);

}  // namespace wick::log

extern "C" {
#endif

enum wick_log_level { WICK_LOG_ERROR, WICK_LOG_WARNING, WICK_LOG_INFO, WICK_LOG_DEBUG };

/// The same for C.
void wick_log(enum wick_log_level level, const char* format, ...) __attribute__((__format__(__printf__, 2, 3)));

#ifdef __cplusplus
}
#endif
