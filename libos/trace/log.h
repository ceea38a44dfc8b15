// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The log: lines with a level, kept in a ring whose last bytes end up in the crash record, and printed on the console
// when they are important enough (`log.level`). Never allocates, never blocks on another thread.

#include <cstdarg>

#include "abi/types.h"

namespace wick::log {

enum class Level : std::uint8_t { error, warning, info, debug };

/// printf-style, without a line end.
[[gnu::format(printf, 2, 3)]] void write(Level level, const char* format, ...);
[[gnu::format(printf, 2, 0)]] void write_list(Level level, const char* format, std::va_list arguments);

/// Lines above this level are dropped; below they go into the ring and onto the console.
void set_level(Level level);
Level level();

/// Copies the last bytes of the log, oldest first. @return bytes copied
std::size_t last(char* to, std::size_t capacity);

}  // namespace wick::log

namespace wick {

/// Gives up: fills in the crash record's reason and log and stops with an undefined instruction, which hv records.
/// `reason` is one sentence.
[[noreturn]] void panic(const char* reason);

}  // namespace wick
