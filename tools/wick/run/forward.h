// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which ports of this machine lead to the appliance (abi/host/forward.h), and what a person is told of them.

#include <string>
#include <vector>

#include "abi/host/forward.h"
#include "base/result.h"

namespace wick::tool {

/// For the ports of an image ("80/tcp"): 80 → 8080, others below 1024 → 8000 + port, the rest the same.
std::vector<Forward> default_forwards(const std::vector<std::string>& ports);

/// Within a container: the same numbers, on all of its addresses.
std::vector<Forward> container_forwards(const std::vector<std::string>& ports);

/// Checks that each host port is free. @param may_move the user didn't ask for these: they go on to the next free ones
Result<void> settle_forwards(std::vector<Forward>& forwards, bool may_move);

/// "http://127.0.0.1:8080/" where that makes sense, else "127.0.0.1:8007 (tcp port 7)".
std::string address_of(const Forward& forward);

}  // namespace wick::tool
