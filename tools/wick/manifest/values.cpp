// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "manifest/values.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace wick::tool {
namespace {

template <typename T>
std::optional<T> number(std::string_view text) {
  T value{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return {};
  return value;
}

bool is_address(int family, std::string_view text) {
  unsigned char bytes[16];
  return inet_pton(family, std::string(text).c_str(), bytes) == 1;
}

bool is_prefix(int family, std::string_view text, unsigned most) {
  std::size_t slash = text.find('/');
  if (slash == text.npos) return false;
  auto length = number<unsigned>(text.substr(slash + 1));
  return length && *length <= most && is_address(family, text.substr(0, slash));
}

std::uint32_t ipv4_value(std::string_view text) {
  in_addr address{};
  inet_pton(AF_INET, std::string(text).c_str(), &address);
  return ntohl(address.s_addr);
}

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::optional<std::uint64_t> parse_size(std::string_view text) {
  unsigned shift = 0;
  if (text.ends_with('K')) shift = 10;
  if (text.ends_with('M')) shift = 20;
  if (text.ends_with('G')) shift = 30;
  if (shift) text.remove_suffix(1);
  auto value = number<std::uint64_t>(text);
  if (!value || *value > (~0ull >> 1 >> shift)) return {};
  return *value << shift;
}

std::optional<std::uint64_t> parse_duration(std::string_view text) {
  constexpr std::uint64_t kYear = 365ull * 24 * 3600 * 1000;
  constexpr std::pair<std::string_view, std::uint64_t> kUnits[] = {{"ms", 1}, {"s", 1000}, {"m", 60'000}};
  for (const auto& [suffix, milliseconds] : kUnits) {
    if (!text.ends_with(suffix)) continue;
    auto value = number<std::uint64_t>(text.substr(0, text.size() - suffix.size()));
    if (!value || *value > kYear / milliseconds) return {};
    return *value * milliseconds;
  }
  return {};
}

bool is_ipv4(std::string_view text) { return is_address(AF_INET, text); }
bool is_ipv6(std::string_view text) { return is_address(AF_INET6, text); }
bool is_ipv4_prefix(std::string_view text) { return is_prefix(AF_INET, text, 32); }
bool is_ipv6_prefix(std::string_view text) { return is_prefix(AF_INET6, text, 128); }

bool in_ipv4_network(std::string_view prefix, std::string_view address) {
  std::size_t slash = prefix.find('/');
  unsigned length = number<unsigned>(prefix.substr(slash + 1)).value_or(32);
  std::uint32_t mask = length == 0 ? 0 : ~0u << (32 - length);
  return (ipv4_value(prefix.substr(0, slash)) & mask) == (ipv4_value(address) & mask);
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 63 && is_lower(text[0]) && text.back() != '-' &&
         std::ranges::all_of(text, [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
}

bool is_hostname(std::string_view text) {
  if (text.empty() || text.size() > 253) return false;
  return std::ranges::all_of(split(text, '.'), [](std::string_view label) {
    return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
           std::ranges::all_of(label,
                               [](char c) { return is_lower(static_cast<char>(c | 0x20)) || is_digit(c) || c == '-'; });
  });
}

bool is_version(std::string_view text) {
  std::size_t suffix = std::min(text.find_first_of("-+"), text.size());
  if (suffix < text.size() && suffix + 1 == text.size()) return false;
  auto numbers = split(text.substr(0, suffix), '.');
  bool suffix_fine = std::ranges::all_of(text.substr(suffix), [](char c) {
    return is_lower(static_cast<char>(c | 0x20)) || is_digit(c) || c == '-' || c == '+' || c == '.';
  });
  return numbers.size() == 3 && suffix_fine &&
         std::ranges::all_of(numbers, [](std::string_view part) { return number<unsigned>(part).has_value(); });
}

}  // namespace wick::tool
