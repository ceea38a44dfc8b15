// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Formatting for the library OS's own lines, a small part of printf's: %s %c %d %u %x %p %%, with a width, '-' or '0'
// in front, a precision for %s, and the lengths l, ll, z. The whole of printf() is 9 KiB that an image may do without.

#include <cstdarg>
#include <cstddef>

namespace wick::trace {

/// Writes at most `capacity` - 1 characters and a NUL. A conversion that it doesn't know ends the line with "%?".
/// @return characters written
[[gnu::format(printf, 3, 0)]] std::size_t format_list(char* to, std::size_t capacity, const char* format,
                                                      std::va_list arguments);
[[gnu::format(printf, 3, 4)]] std::size_t format(char* to, std::size_t capacity, const char* format, ...);

}  // namespace wick::trace
