// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A byte stream to a person or a log.

#include <span>

#include "abi/types.h"

namespace wick::drivers {

class Console {
 public:
  /// Copies as much as fits. @return bytes taken
  virtual std::size_t write(std::span<const std::uint8_t> bytes) = 0;
  /// @return bytes read; after 0 an event announces the next byte, or the end
  virtual std::size_t read(std::span<std::uint8_t> to) = 0;
  /// Whether nothing will come any more. Devices that can't tell never say so.
  virtual bool ended() const { return false; }
  /// Whether everything that was written is out, or never will be.
  virtual bool drained() = 0;
  virtual EventMask events() const = 0;

 protected:
  ~Console() = default;
};

}  // namespace wick::drivers
