// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "arch/instructions.h"
#include "platform/platform.h"

extern "C" const wick::hv::Platform* const hv_platforms_start[];
extern "C" const wick::hv::Platform* const hv_platforms_end[];

namespace wick::hv {

const Platform* platform = nullptr;

void power_off(std::uint32_t code, End end) {
  platform->power_off(code, end);
  halt_forever();
}

std::span<const Platform* const> platforms() { return {hv_platforms_start, hv_platforms_end}; }

Status choose_platform() {
  for (const auto* candidate : platforms()) {
    if (!candidate->detect()) continue;
    platform = candidate;
    return Status::ok;
  }
  return Status::not_found;
}

}  // namespace wick::hv
