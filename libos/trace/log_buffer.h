// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The last bytes of the log, in memory that survives a crash: the log field of the crash record itself. Always in order
// from oldest to newest, so that whoever reads the record needs no index; room is made by dropping the older half.
// Host-testable.

#include <cstdint>
#include <cstring>

namespace wick::log {

class Buffer {
 public:
  constexpr Buffer() = default;
  constexpr Buffer(char* bytes, std::uint32_t capacity, std::uint32_t* length)
      : bytes_(bytes), capacity_(capacity), length_(length) {
    *length_ = 0;
  }

  void append(const char* text, std::uint32_t count) {
    if (capacity_ == 0) return;
    if (count > capacity_ / 2) {
      text += count - capacity_ / 2;
      count = capacity_ / 2;
    }
    if (*length_ + count > capacity_) drop_older_half();
    std::memcpy(bytes_ + *length_, text, count);
    *length_ += count;
  }

  const char* bytes() const { return bytes_; }
  std::uint32_t length() const { return length_ ? *length_ : 0; }

 private:
  void drop_older_half() {
    std::uint32_t start = *length_ - capacity_ / 2;
    while (start < *length_ && bytes_[start - 1] != '\n') start++;  // whole lines only
    *length_ -= start;
    std::memmove(bytes_, bytes_ + start, *length_);
  }

  char* bytes_ = nullptr;
  std::uint32_t capacity_ = 0;
  std::uint32_t* length_ = nullptr;
};

}  // namespace wick::log
