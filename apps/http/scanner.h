// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Walks over a request's head once, eight bytes a look where there are so many, and never beyond what has arrived. It
// knows the bytes that RFC 9112 and RFC 9110 allow at each place, and nothing of what they mean.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

namespace http {

class Scanner {
 public:
  explicit Scanner(std::string_view bytes) : begin_(bytes.data()), at_(begin_), end_(begin_ + bytes.size()) {}

  /// What the first word that could not be taken was: one that may still arrive, or one that nothing can follow.
  bool incomplete() const { return at_ == end_; }
  std::size_t position() const { return static_cast<std::size_t>(at_ - begin_); }

  /// An empty line, or the rest of one.
  bool line_end() {
    if (at_ != end_ && *at_ == '\r') ++at_;
    if (at_ == end_ || *at_ != '\n') return false;
    ++at_;
    return true;
  }

  /// Whether an empty line stands here. It may be one if nothing but its CR has arrived.
  bool at_line_end() const { return at_ != end_ && (*at_ == '\r' || *at_ == '\n'); }

  /// Visible bytes, and the space behind them.
  std::optional<std::string_view> word() {
    const char* const begin = at_;
    at_ = stop<' ' + 1>(at_);
    if (at_ == end_ || *at_ != ' ' || at_ == begin) return {};
    const std::string_view word(begin, static_cast<std::size_t>(at_ - begin));
    if (++at_ == end_) return {};
    return word;
  }

  /// "HTTP/1." and a digit.
  std::optional<int> version() {
    constexpr std::string_view kName = "HTTP/1.";
    const auto left = static_cast<std::size_t>(end_ - at_);
    if (left <= kName.size()) {
      if (kName.substr(0, left) == std::string_view(at_, left)) at_ = end_;
      return {};
    }
    if (std::memcmp(at_, kName.data(), kName.size()) != 0) return {};
    const int minor = at_[kName.size()] - '0';
    if (minor < 0 || minor > 9) return {};
    at_ += kName.size() + 1;
    if (at_ == end_) return {};
    return minor;
  }

  /// A field's name, which is a token, and the colon right behind it.
  std::optional<std::string_view> name() {
    const char* const begin = at_;
    while (at_ != end_ && is_token(*at_)) ++at_;
    if (at_ == end_ || *at_ != ':' || at_ == begin) return {};
    return std::string_view(begin, static_cast<std::size_t>(at_++ - begin));
  }

  /// A field's value without white space around it, and the line's end.
  [[gnu::always_inline]] std::optional<std::string_view> value() {
    while (at_ != end_ && is_blank(*at_)) ++at_;
    const char* const begin = at_;
    for (;; ++at_) {
      at_ = stop<' '>(at_);
      if (at_ == end_) return {};
      if (*at_ != '\t') break;
    }
    const char* last = at_;
    while (last != begin && is_blank(last[-1])) --last;
    if (!line_end()) return {};
    return std::string_view(begin, static_cast<std::size_t>(last - begin));
  }

 private:
  using Word = std::uint64_t;
  static constexpr Word kOnes = 0x0101010101010101, kHighs = kOnes << 7;
  static constexpr unsigned char kDelete = 0x7f;
  static_assert(std::endian::native == std::endian::little);  // the first byte is the lowest

  static constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }

  /// RFC 9110 §5.6.2
  static bool is_token(char c) {
    struct Table {
      bool has[256] = {};
      constexpr Table() {
        for (unsigned c = '0'; c <= '9'; ++c) has[c] = true;
        for (unsigned c = 'a'; c <= 'z'; ++c) has[c] = has[c - 'a' + 'A'] = true;
        for (char c : std::string_view("!#$%&'*+-.^_`|~")) has[static_cast<unsigned char>(c)] = true;
      }
    };
    static constexpr Table kTable;
    return kTable.has[static_cast<unsigned char>(c)];
  }

  /// @return the first byte below kLeast, or the first DEL; the end if there is none
  template <unsigned char kLeast>
  const char* stop(const char* at) const {
    for (; end_ - at >= static_cast<std::ptrdiff_t>(sizeof(Word)); at += sizeof(Word)) {
      Word word;
      std::memcpy(&word, at, sizeof(word));
      // A byte's high bit tells: of one less than it. Borrows reach only bytes behind one that is found.
      const Word other = word ^ (kOnes * kDelete);
      const Word found = (((word - kOnes * kLeast) & ~word) | ((other - kOnes) & ~other)) & kHighs;
      if (found != 0) return at + std::countr_zero(found) / 8;
    }
    for (; at != end_; ++at) {
      const auto c = static_cast<unsigned char>(*at);
      if (c < kLeast || c == kDelete) break;
    }
    return at;
  }

  const char* const begin_;
  const char* at_;
  const char* const end_;
};

}  // namespace http
