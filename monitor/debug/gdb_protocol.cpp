// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/debug/gdb_protocol.h"

namespace wick::monitor {
namespace {

constexpr char kInterrupt = 3;

/// @return 16 when it is no digit
constexpr unsigned digit_of(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return 16;
}

constexpr char digit(unsigned value) { return "0123456789abcdef"[value & 15]; }

}  // namespace

GdbReader::Found GdbReader::take(char byte) {
  switch (state_) {
    case State::between:  // acknowledgements too: the connection loses nothing
      if (byte == '$') {
        state_ = State::body;
        sum_ = 0;
        used_ = 0;
      }
      return byte == kInterrupt ? Found::interrupt : Found::nothing;
    case State::body:
      if (byte == '#') {
        state_ = State::first_digit;
      } else {
        sum_ += static_cast<std::uint8_t>(byte);
        if (used_ < sizeof body_) body_[used_] = byte;
        ++used_;
      }
      return Found::nothing;
    case State::first_digit:
      sum_ -= static_cast<std::uint8_t>(digit_of(byte) << 4);
      state_ = State::second_digit;
      return Found::nothing;
    case State::second_digit:
      sum_ -= static_cast<std::uint8_t>(digit_of(byte));
      state_ = State::between;
      return sum_ == 0 && used_ <= sizeof body_ ? Found::packet : Found::damaged;
  }
  return Found::nothing;
}

void GdbAnswer::put(char byte) {
  constexpr std::size_t kFrameEnd = 3;
  if (used_ < sizeof text_ - kFrameEnd) text_[used_++] = byte;
}

GdbAnswer& GdbAnswer::text(std::string_view words) {
  for (const char c : words) put(c);
  return *this;
}

GdbAnswer& GdbAnswer::number(std::uint64_t value) {
  int shift = 60;
  while (shift > 0 && !(value >> shift)) shift -= 4;
  for (; shift >= 0; shift -= 4) put(digit(static_cast<unsigned>(value >> shift)));
  return *this;
}

GdbAnswer& GdbAnswer::bytes(std::span<const std::uint8_t> bytes) {
  for (const unsigned byte : bytes) {
    put(digit(byte >> 4));
    put(digit(byte));
  }
  return *this;
}

GdbAnswer& GdbAnswer::word(std::uint64_t value, unsigned byte_count) {
  return bytes({reinterpret_cast<const std::uint8_t*>(&value), byte_count});
}

std::string_view GdbAnswer::finish() {
  std::uint8_t sum = 0;
  for (std::size_t i = 1; i < used_; ++i) sum += static_cast<std::uint8_t>(text_[i]);
  text_[0] = '$';
  const std::size_t length = used_ + 3;
  text_[used_] = '#';
  text_[used_ + 1] = digit(sum >> 4);
  text_[used_ + 2] = digit(sum);
  used_ = 1;
  return {text_, length};
}

bool GdbWords::skip(std::string_view prefix) {
  if (!rest.starts_with(prefix)) return false;
  rest.remove_prefix(prefix.size());
  return true;
}

std::uint64_t GdbWords::number() {
  std::uint64_t value = 0;
  std::size_t count = 0;
  for (; count < rest.size() && digit_of(rest[count]) < 16; ++count) value = value << 4 | digit_of(rest[count]);
  ok &= count > 0 && count <= 16;
  rest.remove_prefix(count);
  return value;
}

void GdbWords::bytes(std::span<std::uint8_t> to) {
  for (auto& byte : to) {
    const unsigned high = rest.size() < 2 ? 16 : digit_of(rest[0]), low = rest.size() < 2 ? 16 : digit_of(rest[1]);
    ok &= high < 16 && low < 16;
    if (!ok) return;
    byte = static_cast<std::uint8_t>(high << 4 | low);
    rest.remove_prefix(2);
  }
}

}  // namespace wick::monitor
