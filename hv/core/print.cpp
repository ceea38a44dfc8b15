// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "core/print.h"

#include "platform/platform.h"

namespace wick::hv {

void print(std::string_view text) {
  if (platform) platform->console(text.data(), text.size());
}

void refuse(std::string_view why) {
  Line(print).text("[wick] cannot start: ").text(why).end();
  constexpr std::uint32_t kCannotStart = 70;
  Line(print).text("[wick] exit ").decimal(kCannotStart).end();
  power_off(kCannotStart);
}

}  // namespace wick::hv
