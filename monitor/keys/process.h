// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The process that has the private keys.

#include <sys/types.h>

#include <vector>

#include "monitor/keys/keys.h"

namespace wick::monitor {

/// What it says on its socket when it is ready; instead of it: what is wrong.
inline constexpr char kKeysReady[] = "+";

/// Its whole life, which ends with `parent` or when the other end of the socket is closed.
[[noreturn]] void keep_keys(int socket, const std::vector<KeyOption>& options, pid_t parent);

}  // namespace wick::monitor
