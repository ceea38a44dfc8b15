// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Work that has something to clean up when somebody ends the program by Ctrl-C or a signal: instead of sudden death, it
// is told, and ends as after a fault.

#include <csignal>
#include <iterator>

namespace wick::tool {

/// While one lives, signals that ask for the end are noted. One at a time.
class Interruptible {
 public:
  Interruptible();
  ~Interruptible();
  Interruptible(const Interruptible&) = delete;
  Interruptible& operator=(const Interruptible&) = delete;

  /// The first signal of the last one that lived. 0: there was none
  static int signal();

 private:
  static constexpr int kSignals[] = {SIGINT, SIGTERM, SIGHUP};
  struct sigaction before_[std::size(kSignals)] = {};
};

}  // namespace wick::tool
