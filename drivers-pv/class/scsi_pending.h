// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which commands of a SCSI adapter are under way, and whose each is: private memory, by which the numbers that a device
// hands back are checked.

#include "class/scsi_disk.h"

namespace wick::drivers {

class PendingCommands {
 public:
  constexpr PendingCommands() = default;

  static constexpr unsigned kMost = 32;

  bool full() const { return !free_; }
  bool none() const { return !~free_; }
  bool has(std::uint64_t place) const { return place < kMost && !(free_ >> place & 1); }

  /// Not when it is full. @return the command's place, below kMost
  unsigned add(void* token) {
    const auto place = static_cast<unsigned>(__builtin_ctz(free_));
    free_ &= free_ - 1;
    tokens_[place] = token;
    return place;
  }
  /// A command that has ended. @return its token
  void* take(std::uint64_t place) {
    free_ |= 1u << place;
    return tokens_[place];
  }
  /// Of an adapter that was given up: one more command has failed. @return false when none is under way
  bool fail_one(ScsiAnswer& answer) {
    if (none()) return false;
    answer = {take(static_cast<unsigned>(__builtin_ctz(~free_))), false, 0, scsi::Sense::none};
    return true;
  }

 private:
  std::uint32_t free_ = ~0u;  ///< a bit a place
  void* tokens_[kMost]{};
};

}  // namespace wick::drivers
