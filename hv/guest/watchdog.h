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
    if (now + half_ < now) half_ = {};  // never
    next_ = now + half_;
  }

  /// As armed, within a nanosecond; zero: it isn't.
  constexpr Nanoseconds timeout() const { return Nanoseconds{2 * raw(half_)}; }

  constexpr void called() { missed_ = 0; }

  /// @return whether the guest is overdue: between one and one and a half timeouts since its last call
  constexpr bool expired(Nanoseconds now) {
    if (!raw(half_) || now < next_) return false;
    next_ = now + half_;
    return ++missed_ > 2;
  }

  /// When `expired` wants to be asked again.
  constexpr Nanoseconds next() const { return raw(half_) ? next_ : kNever; }

 private:
  Nanoseconds half_{};
  unsigned missed_ = 0;
  Nanoseconds next_{};
};

}  // namespace wick::hv
