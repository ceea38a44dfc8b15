// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Words to the platform's console, without a format string and without a heap: hv speaks seldom and shortly.

#include <string_view>

#include "abi/types.h"
#include "base/line.h"

namespace wick::hv {

/// A Sink for whole lines of hv's own. Until a platform is chosen nothing is printed.
void print(std::string_view text);

/// What a guest behind a wall says: none of its lines passes for one of hv's (abi/console.h).
void print_guests(std::string_view text);

/// The guest's end as it wants it: the line for the runner, then power-off.
[[noreturn]] void exit_machine(std::uint32_t code);

/// One sentence on the console, then power-off with exit code 70: hv can't start this guest.
[[noreturn]] void refuse(std::string_view why);

}  // namespace wick::hv
