// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Memory that goes back to the host until it is touched again. Whose it is and that nobody touches it meanwhile is the
// layer above's business.

#include "abi/types.h"

namespace wick::drivers {

class Balloon {
 public:
  /// Offers whole pages that hold nothing any more: the memory is the device's until collect() says otherwise, and what
  /// stands there afterwards is anybody's guess.
  /// @param bytes less than 4 GiB
  /// @return would_block while an earlier offer is under way, io_error of a device that broke the rules
  virtual Status offer(Gpa start, std::uint64_t bytes) = 0;
  /// @return ok when the offer was taken, would_block while it wasn't, io_error of a device that broke the rules
  virtual Status collect() = 0;
  /// Ends the device, with whatever was offered. @return false when it doesn't end: the memory remains its
  virtual bool end() = 0;

 protected:
  ~Balloon() = default;
};

}  // namespace wick::drivers
