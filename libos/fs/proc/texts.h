// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The files below /proc, by path, sorted.

#include <cstddef>
#include <span>
#include <string_view>

namespace wick::fs::proc {

struct Text {
  std::string_view path;
  int (*write)(char* to, std::size_t room);  ///< @return the length, as snprintf() has it
};

std::span<const Text> texts();

}  // namespace wick::fs::proc
