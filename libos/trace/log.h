// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The log (see wick/log.h) and the way to give up. Writing never allocates and never lets another thread run.

#include "abi/types.h"
#define WICK_LIBOS_LOG
#include "wick/log.h"

namespace wick::log {

/// One line, as it is. Cut when it is longer than 240 characters.
void put(Level level, const char* text, std::size_t length);

inline namespace libos {
/// With the conversions of trace/format.h.
[[gnu::format(printf, 2, 3)]] void write(Level level, const char* format, ...);
}  // namespace libos

}  // namespace wick::log

namespace wick {

/// Gives up: fills in the crash record's reason and stops with an undefined instruction, which hv records. The log is
/// in the record already. `reason` is one sentence.
[[noreturn]] void panic(const char* reason);

}  // namespace wick
