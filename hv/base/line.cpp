// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "base/line.h"

namespace wick::hv {

Line& Line::text(std::string_view words) {
  for (const char c : words)
    if (used_ < sizeof buffer_ - 1) buffer_[used_++] = c;
  return *this;
}

Line& Line::hex(std::uint64_t value) {
  char digits[16];
  unsigned n = 0;
  do {
    digits[n++] = "0123456789abcdef"[value & 15];
    value >>= 4;
  } while (value);
  text("0x");
  while (n) text({&digits[--n], 1});
  return *this;
}

Line& Line::decimal(std::uint64_t value) {
  char digits[20];
  unsigned n = 0;
  do {
    digits[n++] = static_cast<char>('0' + value % 10);
    value /= 10;
  } while (value);
  while (n) text({&digits[--n], 1});
  return *this;
}

void Line::end() {
  buffer_[used_++] = '\n';
  sink_({buffer_, used_});
  used_ = 0;
}

}  // namespace wick::hv
