// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "range.h"

#include <charconv>

namespace http {
namespace {

bool number(std::string_view text, std::uint64_t& value) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() && !text.empty();
}

}  // namespace

Range parse_range(std::string_view field, std::uint64_t size) {
  constexpr std::string_view kUnit = "bytes=";
  const Range whole{RangeKind::whole, 0, size};
  if (!field.starts_with(kUnit) || field.find(',') != field.npos) return whole;
  field.remove_prefix(kUnit.size());
  std::size_t dash = field.find('-');
  if (dash == field.npos) return whole;
  std::uint64_t first = 0, last = 0;
  if (dash == 0) {  // the last so many bytes
    if (!number(field.substr(1), last)) return whole;
    if (last == 0 || size == 0) return {RangeKind::unsatisfiable, 0, 0};
    std::uint64_t length = last < size ? last : size;
    return {RangeKind::part, size - length, length};
  }
  if (!number(field.substr(0, dash), first)) return whole;
  std::string_view end = field.substr(dash + 1);
  if (end.empty()) {
    last = size - 1;
  } else if (!number(end, last) || last < first) {
    return whole;
  }
  if (first >= size) return {RangeKind::unsatisfiable, 0, 0};
  if (last >= size) last = size - 1;
  return {RangeKind::part, first, last - first + 1};
}

}  // namespace http
