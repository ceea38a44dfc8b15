// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The watchdog: a guest that makes no call for too long counts as crashed. Looked at twice in each period, so that a
// call costs one store and never reads the time. Pure, tested on the host.

#include "abi/types.h"

namespace wick::hv {

class Watchdog {
 public:
  /// Zero disarms.
  constexpr void arm(Nanoseconds timeout, Nanoseconds now) {
    half_ = Nanoseconds{raw(timeout) / 2 + raw(timeout) % 2};
    missed_ = 0;
    next_ = raw(half_) && now < now + half_ ? now + half_ : kNever;
  }

  constexpr void called() { missed_ = 0; }

  /// @return whether the guest is overdue: between one and one and a half timeouts since its last call
  constexpr bool expired(Nanoseconds now) {
    if (now < next_) return false;
    next_ = now + half_;
    return ++missed_ > 2;
  }

  /// When `expired` wants to be asked again.
  constexpr Nanoseconds next() const { return next_; }

 private:
  Nanoseconds half_{};
  unsigned missed_ = 0;
  Nanoseconds next_ = kNever;
};

}  // namespace wick::hv
