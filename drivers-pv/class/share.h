// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A folder of somebody else's: messages of 9P2000.L go out, each is answered. What they say is the layer above's
// business; whoever has the other side is not trusted by either.

#include <span>

#include "abi/types.h"

namespace wick::drivers {

class Share {
 public:
  /// The name that the outside gave, NUL-terminated; volumes are matched by it.
  virtual const char* name() const = 0;
  virtual EventMask events() const = 0;
  /// Sends a message, whose answer is written to `answer`: both in the DMA pool, and the caller's until it is there.
  /// @return would_block while an earlier one is under way, io_error of a device that was given up
  virtual Status ask(std::span<const std::uint8_t> message, std::span<std::uint8_t> answer) = 0;
  /// @return ok when the answer is there, with `bytes` of it; would_block while it isn't, io_error when it won't come
  virtual Status collect(std::uint32_t& bytes) = 0;
  virtual bool arm() = 0;  ///< as Network::arm

  static constexpr std::uint32_t kNameBytes = 31;  ///< of a name, at most

 protected:
  ~Share() = default;
};

/// The longest message, and so the longest answer. The layer above takes room for one of each for every share.
inline constexpr std::uint32_t kShareMessage = 128 << 10;
inline constexpr std::uint32_t kShareAlignment = 64;

}  // namespace wick::drivers
