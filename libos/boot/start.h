// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The small steps of wick_guest_start() that have a file of their own.

#include <cstdint>
#include <span>

#include "boot/boot_info.h"

namespace wick::boot {

/// Prints the sentence and ends the machine with ExitCode::refused.
[[noreturn]] void refuse(const char* sentence);

/// As `log.level` says; warnings when it says nothing.
void set_log_level();

/// One line that says what is underneath, at log level info.
void print_banner(const Facts& facts);

/// Must run before any function with a protected frame that will return.
void seed_stack_guard(std::span<const std::uint8_t> seed);

}  // namespace wick::boot
