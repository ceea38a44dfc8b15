// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See address.h.

#include "metadata/address.h"

#include <cstdint>

namespace wick::metadata {

namespace {

constexpr std::size_t kMaxHostName = 63;  ///< what DHCP is told at most
constexpr unsigned kGroups = 8;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f'); }
bool is_letter(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }

/// Up to the next `end`, which goes, too.
std::string_view take_part(std::string_view& text, char end) {
  const std::size_t at = text.find(end);
  const std::string_view part = text.substr(0, at);
  text = at == text.npos ? std::string_view() : text.substr(at + 1);
  return part;
}

bool read_number(std::string_view text, unsigned most, unsigned& value) {
  if (text.empty() || text.size() > 3 || (text.size() > 1 && text[0] == '0')) return false;
  value = 0;
  for (const char c : text) {
    if (!is_digit(c)) return false;
    value = value * 10 + static_cast<unsigned>(c - '0');
  }
  return value <= most;
}

bool read_ipv4(std::string_view text, std::uint32_t& bits) {
  if (text.ends_with('.')) return false;
  bits = 0;
  for (unsigned i = 0; i < 4; i++) {
    unsigned number;
    if (!read_number(take_part(text, '.'), 255, number)) return false;
    bits = bits << 8 | number;
  }
  return text.empty();
}

/// Groups with single colons between, the last two of which may be an IPv4 address. @return how many; -1: none such
int count_groups(std::string_view text, bool at_end) {
  if (text.empty()) return 0;
  if (text.ends_with(':')) return -1;
  int groups = 0;
  while (!text.empty()) {
    const std::string_view group = take_part(text, ':');
    if (text.empty() && at_end && is_ipv4(group)) return groups + 2;
    if (group.empty() || group.size() > 4) return -1;
    for (const char c : group)
      if (!is_hex(c)) return -1;
    groups++;
  }
  return groups;
}

/// Bits of "ffff:ffff::", which has whole groups alone; -1: it is none such.
int prefix_length6(std::string_view text) {
  int bits = 0;
  for (; text.size() > 5 && text[4] == ':'; text.remove_prefix(5), bits += 16)
    for (const char c : text.substr(0, 4))
      if ((c | 0x20) != 'f') return -1;
  return text == ":" && bits > 0 && bits < 128 ? bits : -1;
}

bool is_label(std::string_view label) {
  if (label.empty() || label.front() == '-' || label.back() == '-') return false;
  for (const char c : label)
    if (!is_digit(c) && !is_letter(c) && c != '-') return false;
  return true;
}

}  // namespace

bool is_ipv4(std::string_view text) {
  std::uint32_t bits;
  return read_ipv4(text, bits);
}

bool is_ipv6(std::string_view text) {
  const std::size_t gap = text.find("::");
  if (gap == text.npos) return count_groups(text, true) == kGroups;
  const int before = count_groups(text.substr(0, gap), false), after = count_groups(text.substr(gap + 2), true);
  return before >= 0 && after >= 0 && before + after < static_cast<int>(kGroups);
}

int prefix_length(std::string_view text, int most) {
  unsigned number;
  if (read_number(text, static_cast<unsigned>(most), number)) return static_cast<int>(number);
  std::uint32_t mask;
  if (!read_ipv4(text, mask)) return most == 128 ? prefix_length6(text) : -1;
  const int bits = __builtin_popcount(mask);
  const std::uint32_t whole = bits == 0 ? 0 : ~0u << (32 - bits);
  return mask == whole && bits <= most ? bits : -1;
}

bool is_host_name(std::string_view text) {
  if (text.empty() || text.size() > kMaxHostName || text.ends_with('.')) return false;
  while (!text.empty())
    if (!is_label(take_part(text, '.'))) return false;
  return true;
}

}  // namespace wick::metadata
