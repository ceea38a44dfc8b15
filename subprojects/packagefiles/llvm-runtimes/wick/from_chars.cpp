// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// std::from_chars() of floating-point numbers, [charconv.from.chars]. What belongs to the number is found here, since
// the rules are narrower than strtod()'s; its value is musl's, by wick_scan_number() of its glue.
#include <charconv>
#include <cmath>
#include <limits>
#include <system_error>

extern "C" long double wick_scan_number(const char* prefix, const char* first, const char* last, int precision);

namespace {

constexpr int kDecimal = 10, kHexadecimal = 16;

struct Cursor {
  const char* at;
  const char* last;

  char peek() const { return at == last ? '\0' : *at; }
  static char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
  static bool digit(char c, int base) {
    return (c >= '0' && c <= '9') || (base == kHexadecimal && lower(c) >= 'a' && lower(c) <= 'f');
  }
  /// Takes a word in letters of either case, all of it or nothing.
  bool word(const char* text) {
    const char* to = at;
    for (; *text; ++text, ++to) {
      if (to == last || lower(*to) != *text) return false;
    }
    at = to;
    return true;
  }
};

struct Digits {
  bool some = false, nonzero = false;
};

void take(Cursor& cursor, int base, Digits& digits) {
  for (; Cursor::digit(cursor.peek(), base); ++cursor.at) {
    digits.some = true;
    digits.nonzero |= *cursor.at != '0';
  }
}

/// @return whether an exponent stood there
bool take_exponent(Cursor& cursor, char letter) {
  Cursor ahead = cursor;
  if (Cursor::lower(ahead.peek()) != letter) return false;
  ++ahead.at;
  if (ahead.peek() == '+' || ahead.peek() == '-') ++ahead.at;
  Digits digits;
  take(ahead, kDecimal, digits);
  if (digits.some) cursor = ahead;
  return digits.some;
}

/// What stands in brackets behind "nan" belongs to it when it is closed.
void take_payload(Cursor& cursor) {
  Cursor ahead = cursor;
  if (ahead.peek() != '(') return;
  do {
    ++ahead.at;
  } while (Cursor::digit(ahead.peek(), kDecimal) ||
           (Cursor::lower(ahead.peek()) >= 'a' && Cursor::lower(ahead.peek()) <= 'z') || ahead.peek() == '_');
  if (ahead.peek() == ')') cursor.at = ahead.at + 1;
}

/// @param precision musl's word for the type: 0, 1, 2 for float, double and long double
template <typename Number>
std::from_chars_result read(const char* first, const char* last, Number& value, std::chars_format format,
                            int precision) {
  Cursor cursor{first, last};
  const bool negative = cursor.peek() == '-';
  if (negative) ++cursor.at;
  const Number sign = negative ? Number(-1) : Number(1);
  if (cursor.word("inf")) {
    (void)cursor.word("inity");
    value = std::copysign(std::numeric_limits<Number>::infinity(), sign);
    return {cursor.at, std::errc()};
  }
  if (cursor.word("nan")) {
    take_payload(cursor);
    value = std::copysign(std::numeric_limits<Number>::quiet_NaN(), sign);
    return {cursor.at, std::errc()};
  }

  const char* const begin = cursor.at;
  const bool hexadecimal = format == std::chars_format::hex;
  const int base = hexadecimal ? kHexadecimal : kDecimal;
  Digits digits;
  take(cursor, base, digits);
  if (cursor.peek() == '.') {
    ++cursor.at;
    take(cursor, base, digits);
  }
  if (!digits.some) return {first, std::errc::invalid_argument};
  if (format != std::chars_format::fixed && !take_exponent(cursor, hexadecimal ? 'p' : 'e') &&
      format == std::chars_format::scientific)
    return {first, std::errc::invalid_argument};

  const Number number = static_cast<Number>(wick_scan_number(hexadecimal ? "0x" : "", begin, cursor.at, precision));
  if (std::isinf(number) || (number == 0 && digits.nonzero)) return {cursor.at, std::errc::result_out_of_range};
  value = std::copysign(number, sign);
  return {cursor.at, std::errc()};
}

}  // namespace

_LIBCPP_BEGIN_NAMESPACE_STD

from_chars_result from_chars(const char* first, const char* last, float& value, chars_format format) {
  return read(first, last, value, format, 0);
}
from_chars_result from_chars(const char* first, const char* last, double& value, chars_format format) {
  return read(first, last, value, format, 1);
}
from_chars_result from_chars(const char* first, const char* last, long double& value, chars_format format) {
  return read(first, last, value, format, 2);
}

_LIBCPP_END_NAMESPACE_STD
