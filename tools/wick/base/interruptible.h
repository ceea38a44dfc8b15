// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// For a command that has something to undo when it is told to end: while there is one of these, the signals that end a
// program only leave word, and wake it from waiting. Of the process, so one at a time.

#include <csignal>
#include <cstddef>
#include <iterator>

namespace wick::tool {

class Interruptible {
 public:
  Interruptible() {
    struct sigaction action{};
    action.sa_handler = [](int) { interrupted_ = 1; };
    for (std::size_t i = 0; i < std::size(kSignals); ++i) sigaction(kSignals[i], &action, &before_[i]);
  }
  ~Interruptible() {
    for (std::size_t i = 0; i < std::size(kSignals); ++i) sigaction(kSignals[i], &before_[i], nullptr);
  }
  Interruptible(const Interruptible&) = delete;
  Interruptible& operator=(const Interruptible&) = delete;

  static bool interrupted() { return interrupted_; }

 private:
  static constexpr int kSignals[] = {SIGINT, SIGTERM, SIGHUP};
  inline static volatile std::sig_atomic_t interrupted_ = 0;
  struct sigaction before_[std::size(kSignals)] = {};
};

}  // namespace wick::tool
