// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See json.h.

#include "metadata/json.h"

#include <cstring>

#include "metadata/text.h"

namespace wick::metadata {

namespace {

constexpr std::size_t kEscape = 6;  ///< of "\ud83d"

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = static_cast<char>(c | 0x20);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/// The value of an escape "\ud83d" at the text's beginning; 0: there is none.
std::uint32_t escaped(std::string_view text) {
  if (text.size() < kEscape || text[0] != '\\' || text[1] != 'u') return 0;
  std::uint32_t value = 0;
  for (const char c : text.substr(2, 4)) {
    if (digit(c) < 0) return 0;
    value = value << 4 | static_cast<std::uint32_t>(digit(c));
  }
  return value;
}

/// @param to has room for as much as the text @return how much it is
std::size_t join_surrogates(std::string_view text, char* const to) {
  constexpr std::uint32_t kHigh = 0xd800, kLow = 0xdc00, kMask = 0xfc00;
  char* next = to;
  while (!text.empty()) {
    const std::uint32_t high = escaped(text);
    const std::uint32_t low = (high & kMask) == kHigh ? escaped(text.substr(kEscape)) : 0;
    if ((low & kMask) == kLow) {
      const std::uint32_t character = 0x10000 + ((high - kHigh) << 10) + (low - kLow);
      *next++ = '\\';
      *next++ = 'U';
      for (int shift = 28; shift >= 0; shift -= 4) *next++ = "0123456789abcdef"[character >> shift & 15];
      text.remove_prefix(2 * kEscape);
      continue;
    }
    // An escape as a whole, so that an escaped backslash begins none.
    const std::size_t bytes = text[0] == '\\' && text.size() > 1 ? 2 : 1;
    std::memcpy(next, text.data(), bytes);
    next += bytes;
    text.remove_prefix(bytes);
  }
  return static_cast<std::size_t>(next - to);
}

}  // namespace

Fault read_json(Document& document, std::string_view text) {
  Text joined;
  if (const char* wrong = joined.make_room(text.size())) return {wrong};
  joined.cut(join_surrogates(text, joined.bytes()));
  return document.read(joined.view(), "is no JSON");
}

}  // namespace wick::metadata
