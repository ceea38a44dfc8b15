// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "net/address_text.h"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace wick::net {
namespace {

class Writer {
 public:
  void put(char c) { text_[length_++] = c; }
  void number(unsigned value, int base) {
    length_ = static_cast<std::size_t>(std::to_chars(text_ + length_, text_ + sizeof(text_), value, base).ptr - text_);
  }
  void dotted(const std::uint8_t* four) {
    for (unsigned at = 0; at < 4; ++at) {
      if (at != 0) put('.');
      number(four[at], 10);
    }
  }
  std::size_t copy(std::span<char> to) {
    if (length_ + 1 > to.size()) return 0;
    std::memcpy(to.data(), text_, length_);
    to[length_] = 0;
    return length_;
  }

 private:
  char text_[kMaxAddressText + 8];
  std::size_t length_ = 0;
};

constexpr unsigned kFields = 8;

struct Run {
  unsigned first = kFields, length = 1;  ///< RFC 5952 §4.2.2: one field alone is not shortened
};

/// The longest run of zero fields, the first of equals (§4.2.3).
Run longest_zeros(const unsigned (&fields)[kFields]) {
  Run best;
  for (unsigned at = 0; at < kFields;) {
    unsigned end = at;
    while (end < kFields && fields[end] == 0) ++end;
    if (end - at > best.length) best = {at, end - at};
    at = end + 1;
  }
  return best;
}

}  // namespace

std::size_t write_address(std::span<const std::uint8_t> address, std::span<char> to) {
  Writer text;
  if (address.size() == 4) {
    text.dotted(address.data());
    return text.copy(to);
  }
  unsigned fields[kFields];
  for (std::size_t at = 0; at < kFields; ++at) fields[at] = address[2 * at] * 256u + address[2 * at + 1];
  const bool mapped = std::all_of(fields, fields + 5, [](unsigned field) { return field == 0; }) && fields[5] == 0xffff;
  const Run zeros = longest_zeros(fields);
  for (unsigned at = 0; at < kFields; ++at) {
    if (at == zeros.first) {
      text.put(':');
      at += zeros.length - 1;
      if (at == kFields - 1) text.put(':');
      continue;
    }
    if (at != 0) text.put(':');
    if (mapped && at == 6) {  // §5
      text.dotted(address.data() + 12);
      break;
    }
    text.number(fields[at], 16);
  }
  return text.copy(to);
}

}  // namespace wick::net
