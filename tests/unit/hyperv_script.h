// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A fuzzer's bytes as a fake host's decisions.

#include <cstdlib>

#include "hyperv_fake.h"

namespace wick::test {

inline void require(bool condition) {
  if (!condition) std::abort();
}

/// Zeros when the bytes are used up.
class Script {
 public:
  Script(const std::uint8_t* data, std::size_t size) : at_(data), end_(data + size) {}
  bool ended() const { return at_ == end_; }
  std::uint8_t byte() { return ended() ? 0 : *at_++; }
  std::uint16_t word() {
    const std::uint8_t low = byte();
    return static_cast<std::uint16_t>(low | byte() << 8);
  }
  /// A number that is small, large, or whatever it is.
  std::uint32_t number() {
    const std::uint16_t base = word();
    const std::uint8_t how = byte();
    if (how & 1) return base;
    if (how & 2) return base | word() << 16;
    return how & 4 ? ~0u - base : base % 64;
  }
  Bytes bytes(std::size_t count) {
    Bytes all;
    while (all.size() < count) all.push_back(byte());
    return all;
  }

 private:
  const std::uint8_t* at_;
  const std::uint8_t* end_;
};

}  // namespace wick::test
