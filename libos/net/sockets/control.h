// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Ancillary data of a message that was received: written behind each other into the room that the program gives.

#include <sys/socket.h>

#include <cstddef>

namespace wick::net {

class ControlWriter {
 public:
  /// From here on msg_controllen says how much there is, not how much may be.
  explicit ControlWriter(msghdr& message);

  /// Bytes of data that the next piece may have.
  std::size_t room() const;

  /// Puts a piece; what doesn't fit is cut off, and msg_flags say MSG_CTRUNC.
  void put(int level, int type, const void* data, std::size_t bytes);

 private:
  msghdr& message_;
  std::size_t capacity_;
};

}  // namespace wick::net
