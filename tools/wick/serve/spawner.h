// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Starts appliances from a process that has thousands of files open. fork() would copy the table of them and exec()
// close each: milliseconds. So the child shares the table, cuts off a copy of its lowest numbers, and has nothing else
// to close.

#include <span>

#include "base/process.h"

namespace wick::tool {

class Spawner {
 public:
  static constexpr int kFirst = 4;   ///< number that the first file has in the child
  static constexpr int kSlots = 64;  ///< descriptors below are kept for that

  /// Takes the low numbers. To be called while nothing that matters has one.
  Result<void> reserve();

  /// @param files get the numbers kFirst, kFirst + 1, …  @param output becomes standard output and errors
  /// @return the process, which dies with this one; or -1 with errno
  int start(const Arguments& words, std::span<const int> files, int output);

 private:
  int nothing_ = -1;
};

}  // namespace wick::tool
