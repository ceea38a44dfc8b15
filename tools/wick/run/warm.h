// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A warm guest: started, run up to its checkpoint, and written into a file that copies go on from.

#include <csignal>

#include "base/process.h"

namespace wick::tool {

/// While guests are started, who is told to end notes it: those that run have to be ended, and snapshots removed.
class Interruptible {
 public:
  Interruptible();
  ~Interruptible();
  Interruptible(const Interruptible&) = delete;
  Interruptible& operator=(const Interruptible&) = delete;

  static bool told();

 private:
  static constexpr int kSignals[] = {SIGINT, SIGTERM, SIGHUP};
  struct sigaction before_[3] = {};
  static_assert(std::size(kSignals) == 3);
};

/// Runs the guest up to its checkpoint, which writes `snapshot`, an empty file until then; and ends it.
Result<void> warm_up(const Arguments& command, const std::string& name, const fs::path& snapshot);

}  // namespace wick::tool
