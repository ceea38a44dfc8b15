// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Text put together in a buffer that the caller owns (what does not fit is left out, and overflow() tells), and
// compared as HTTP compares its names.

#include <charconv>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace http {

/// ASCII, without regard to case; `lower` is in lower case.
constexpr bool same(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    char c = text[at];
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    if (c != lower[at]) return false;
  }
  return true;
}

class Text {
 public:
  explicit Text(std::span<char> room) : room_(room) {}

  Text& operator<<(std::string_view text) {
    if (text.size() > room_.size() - length_) {
      overflow_ = true;
    } else if (!text.empty()) {
      std::memcpy(room_.data() + length_, text.data(), text.size());
      length_ += text.size();
    }
    return *this;
  }

  Text& operator<<(std::uint64_t number) {
    char digits[20];
    auto end = std::to_chars(digits, digits + sizeof(digits), number).ptr;
    return *this << std::string_view(digits, static_cast<std::size_t>(end - digits));
  }

  std::string_view view() const { return {room_.data(), length_}; }
  std::size_t size() const { return length_; }
  std::size_t left() const { return room_.size() - length_; }
  bool overflow() const { return overflow_; }
  void clear() { length_ = 0; }

 private:
  std::span<char> room_;
  std::size_t length_ = 0;
  bool overflow_ = false;
};

}  // namespace http
