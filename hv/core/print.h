// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Words to the platform's console, without a format string and without a heap: hv speaks seldom and shortly.

#include <string_view>

#include "abi/types.h"

namespace wick::hv {

/// Until a platform is chosen nothing is printed.
void print(std::string_view text);

/// Collects one line and prints it whole.
class Line {
 public:
  Line& text(std::string_view words);
  Line& hex(std::uint64_t value);
  Line& decimal(std::uint64_t value);
  void end();  ///< adds the newline and prints

 private:
  char buffer_[160];
  std::size_t used_ = 0;
};

/// One sentence on the console, then power-off with exit code 70: hv can't start this guest.
[[noreturn]] void refuse(std::string_view why);

}  // namespace wick::hv
