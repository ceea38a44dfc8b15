// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The store speaks in text: paths that are put together without a heap, and values that are taken only if they are
// exactly what they should be. Pure.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace wick::drivers::xen {

/// Text of a bounded length. What doesn't fit is dropped and remembered.
class Text {
 public:
  static constexpr std::size_t kRoom = 256;

  constexpr Text() = default;
  constexpr explicit Text(std::string_view words) { add(words); }

  constexpr std::string_view view() const { return {bytes_, length_}; }
  constexpr bool overflowed() const { return overflowed_; }
  constexpr void clear() { *this = Text(); }

  constexpr Text& add(std::string_view words) {
    for (const char c : words) add(c);
    return *this;
  }
  constexpr Text& add(char c) {
    if (length_ < kRoom)
      bytes_[length_++] = c;
    else
      overflowed_ = true;
    return *this;
  }
  constexpr Text& decimal(std::uint64_t value) {
    char digits[20];
    unsigned count = 0;
    do digits[count++] = static_cast<char>('0' + value % 10);
    while ((value /= 10) != 0);
    while (count != 0) add(digits[--count]);
    return *this;
  }

 private:
  char bytes_[kRoom]{};
  std::size_t length_ = 0;
  bool overflowed_ = false;
};

/// A decimal number and nothing else. @return nothing when it is none, or larger than `most`
constexpr std::optional<std::uint64_t> parse_decimal(std::string_view text, std::uint64_t most) {
  if (text.empty()) return {};
  std::uint64_t sum = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return {};
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (digit > most || sum > (most - digit) / 10) return {};
    sum = sum * 10 + digit;
  }
  return sum;
}

constexpr int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

using Mac = std::array<std::uint8_t, 6>;

/// Six bytes of two hexadecimal digits each, with colons between them, of one station: no group address.
constexpr std::optional<Mac> parse_mac(std::string_view text) {
  Mac mac{};
  if (text.size() != 3 * mac.size() - 1) return {};
  for (std::size_t i = 0; i < mac.size(); ++i) {
    const int high = hex_digit(text[3 * i]), low = hex_digit(text[3 * i + 1]);
    if (high < 0 || low < 0 || (i + 1 < mac.size() && text[3 * i + 2] != ':')) return {};
    mac[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  if (mac[0] & 1) return {};
  return mac;
}

}  // namespace wick::drivers::xen
