// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Random bytes of the host's kernel.

#include <sys/random.h>

#include <cstdint>
#include <cstdlib>
#include <span>

namespace wick::monitor {

/// @param to 256 bytes at most, which the kernel gives whole
inline void fill_random(std::span<std::uint8_t> to) {
  if (getrandom(to.data(), to.size(), 0) != static_cast<ssize_t>(to.size())) std::abort();
}

}  // namespace wick::monitor
