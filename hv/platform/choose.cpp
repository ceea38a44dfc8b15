// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "arch/instructions.h"
#include "platform/platform.h"

namespace wick::hv {

const Platform* platform = nullptr;

void power_off(std::uint32_t code, End end) {
  platform->power_off(code, end);
  halt_forever();
}

Status choose_platform() {
  for (const auto* candidate = hv_platforms_start; candidate != hv_platforms_end; ++candidate) {
    if (!candidate->detect()) continue;
    platform = candidate;
    return Status::ok;
  }
  return Status::not_found;
}

}  // namespace wick::hv
