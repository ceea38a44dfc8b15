// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Numbers out of text, for the command line. Depends on nothing.

#include <cstdint>
#include <string_view>

namespace wick::hv {

struct ParsedNumber {
  std::uint64_t value;
  std::string_view rest;  ///< what follows the digits
  bool ok;                ///< at least one digit, no overflow
};

/// `text` without its first `count` characters; unlike substr() it needs no exception.
constexpr std::string_view without(std::string_view text, std::size_t count) {
  text.remove_prefix(count);
  return text;
}

/// Decimal, or hexadecimal after "0x".
constexpr ParsedNumber parse_number(std::string_view text) {
  std::uint64_t base = 10;
  if (text.starts_with("0x")) {
    base = 16;
    text.remove_prefix(2);
  }
  ParsedNumber result{0, text, false};
  while (!result.rest.empty()) {
    const char c = result.rest.front();
    std::uint64_t digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
    if (digit >= base) break;
    if (result.value > (~0ull - digit) / base) return {0, text, false};
    result.value = result.value * base + digit;
    result.rest.remove_prefix(1);
    result.ok = true;
  }
  return result;
}

static_assert(parse_number("512@x").value == 512 && parse_number("512@x").rest == "@x");
static_assert(parse_number("0xfeb00e00:12").value == 0xfeb00e00);
static_assert(!parse_number("").ok && !parse_number("99999999999999999999").ok);

}  // namespace wick::hv
