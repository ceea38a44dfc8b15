// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// GDB's remote serial protocol as text (GDB manual, appendix E): packets out of bytes, answers into bytes, numbers in
// hexadecimal. Pure, without a heap, as the jail allows none: unit tests run it.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace wick::monitor {

inline constexpr std::size_t kMaxGdbPacket = 4096;  ///< bytes of a packet's body, as the debugger is told

/// Takes what a debugger sends apart, byte by byte.
class GdbReader {
 public:
  enum class Found { nothing, packet, interrupt, damaged };
  Found take(char byte);
  /// Of a packet: its bytes without the frame, until the next take().
  std::string_view body() const { return {body_, used_}; }

 private:
  enum class State { between, body, first_digit, second_digit } state_ = State::between;
  std::uint8_t sum_ = 0;  ///< of the body, and in the end 0
  std::size_t used_ = 0;
  char body_[kMaxGdbPacket];
};

/// One answer: what is over the size of a packet is cut.
class GdbAnswer {
 public:
  GdbAnswer& text(std::string_view words);
  GdbAnswer& number(std::uint64_t value);                     ///< the most significant digit first
  GdbAnswer& bytes(std::span<const std::uint8_t> bytes);      ///< in memory's order
  GdbAnswer& word(std::uint64_t value, unsigned byte_count);  ///< little-endian
  /// With its frame: "$...#nn". The next answer begins empty.
  std::string_view finish();

 private:
  void put(char byte);

  std::size_t used_ = 1;
  char text_[kMaxGdbPacket + 4];
};

/// Reads a packet's body from the left; `ok` tells whether everything was as expected so far.
struct GdbWords {
  std::string_view rest;
  bool ok = true;

  bool skip(std::string_view prefix);  ///< @return whether it stood there
  void expect(std::string_view prefix) { ok &= skip(prefix); }
  std::uint64_t number();
  void bytes(std::span<std::uint8_t> to);  ///< two digits each
};

}  // namespace wick::monitor
