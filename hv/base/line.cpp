// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "base/line.h"

namespace wick::hv {

Line& Line::add(std::string_view words) {
  for (const char c : words)
    if (used_ < sizeof buffer_ - 1) buffer_[used_++] = c;
  return *this;
}

Line& Line::add(Hex number) {
  number.value > 15 ? add(Hex{number.value >> 4}) : add("0x");
  return add({&"0123456789abcdef"[number.value & 15], 1});
}

Line& Line::add(std::uint64_t number) {
  if (number > 9) add(number / 10);
  return add({&"0123456789"[number % 10], 1});
}

void Line::end() {
  buffer_[used_++] = '\n';
  sink_({buffer_, used_});
  used_ = 0;
}

}  // namespace wick::hv
