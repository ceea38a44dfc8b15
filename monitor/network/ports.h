// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The host's ports that lead to the guest, opened once: they outlive the process that serves them.

#include <expected>
#include <span>
#include <string>
#include <vector>

#include "abi/host/forward.h"

namespace wick::monitor {

/// @return a socket each, in order; or what is wrong in one sentence, and then none is left open
std::expected<std::vector<int>, std::string> open_ports(std::span<const Forward> forwards);

}  // namespace wick::monitor
