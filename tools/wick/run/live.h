// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a booting image finds underneath, read from its banner.

#include <optional>
#include <string>
#include <vector>

#include "build/target.h"
#include "run/machine.h"

namespace wick::tool {

struct LiveFacts {
  std::string wall, underneath;
  unsigned vcpus = 0;
  unsigned long long heap_kib = 0;
  std::vector<std::string> interfaces;
};

/// The banner line of libos/boot/banner.cpp among the console's text.
std::optional<LiveFacts> parse_banner(std::string_view console);

/// Boots the image without any input and stops it as soon as the banner has come.
Result<LiveFacts> boot_for_facts(const Target& target, const Hardware& kind);

}  // namespace wick::tool
