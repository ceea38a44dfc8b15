// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The lock around the core, and times as it has them.

#include "fs/wickfs/wickfs.h"

namespace wick::fs {

class Wickfs::Held {
 public:
  explicit Held(Wickfs& its) : its_(its) {
    its_.mutex_.lock();
    if (its_.disk_.stale() && its_.mutex_.depth() == 1) its_.renew();
  }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  ~Held() {
    if (its_.mutex_.depth() == 1 && its_.is_damaged_for_writing()) its_.stop_writing();
    its_.mutex_.unlock();
  }

 private:
  Wickfs& its_;
};

/// Since 1970; what is before is 1970.
inline std::uint64_t nanoseconds_of(const timespec& time) {
  constexpr std::uint64_t kSecond = 1'000'000'000;
  return time.tv_sec < 0 ? 0
                         : static_cast<std::uint64_t>(time.tv_sec) * kSecond + static_cast<std::uint64_t>(time.tv_nsec);
}

}  // namespace wick::fs
