// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What follows a crash: another start, later and later, and not too often. Pure, tested on the host.

#include "abi/note.h"

namespace wick::hv {

struct RestartDecision {
  bool restart;
  Nanoseconds delay;  ///< to wait before
};

class RestartHistory {
 public:
  /// A crash at `now`.
  constexpr RestartDecision decide(const RestartNote& note, Nanoseconds now) {
    if (note.policy == RestartPolicy::halt) return {false, Nanoseconds{0}};
    if (in_window_ == 0 || raw(now) - raw(window_start_) > raw(note.window)) {
      window_start_ = now;
      in_window_ = 0;
    }
    if (in_window_ >= note.most) return {false, Nanoseconds{0}};
    const unsigned doublings = in_window_ < kMaxDoublings ? in_window_ : kMaxDoublings;
    ++in_window_;
    ++count_;
    const std::uint64_t delay = raw(note.delay) << doublings;
    return {true, Nanoseconds{delay >> doublings == raw(note.delay) ? delay : raw(note.window)}};
  }

  constexpr std::uint64_t count() const { return count_; }

 private:
  static constexpr unsigned kMaxDoublings = 16;
  std::uint64_t count_ = 0;
  std::uint32_t in_window_ = 0;
  Nanoseconds window_start_{};
};

}  // namespace wick::hv
