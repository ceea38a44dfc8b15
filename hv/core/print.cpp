// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "core/print.h"

#include "platform/platform.h"

namespace wick::hv {

void print(std::string_view text) {
  if (platform) platform->console(text.data(), text.size());
}

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
  print({buffer_, used_});
  used_ = 0;
}

void refuse(std::string_view why) {
  Line().text("[wick] cannot start: ").text(why).end();
  constexpr std::uint32_t kCannotStart = 70;
  power_off(kCannotStart);
}

}  // namespace wick::hv
