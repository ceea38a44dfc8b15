// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A source of random bytes outside of the guest.

#include <span>

#include "abi/types.h"

namespace wick::drivers {

class Entropy {
 public:
  /// Asks for bytes (a driver may bring fewer); at most one request is under way, and an event announces its end.
  /// @return would_block while an earlier one is
  virtual Status request(std::size_t bytes) = 0;
  /// @return bytes that have arrived for the request and now stand in `to`; 0 while none has. What doesn't fit is lost.
  virtual std::size_t collect(std::span<std::uint8_t> to) = 0;
  virtual EventMask events() const = 0;

 protected:
  ~Entropy() = default;
};

}  // namespace wick::drivers
