// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A document while it is read: bytes of the heap, at most as many as a document may have. Host-testable.

#include <cstddef>
#include <cstdlib>
#include <string_view>

#include "metadata/tree.h"

namespace wick::metadata {

class Text {
 public:
  Text() = default;
  Text(const Text&) = delete;
  ~Text() { std::free(bytes_); }

  /// In the place of what there was. The bytes are whoever's that asked, to fill in. @return nullptr, or what is wrong
  [[nodiscard]] const char* make_room(std::size_t bytes) {
    std::free(bytes_);
    bytes_ = nullptr;
    length_ = 0;
    if (bytes > kMaxDocumentBytes) return "is longer than 64 KiB";
    if (bytes == 0) return nullptr;
    bytes_ = static_cast<char*>(std::malloc(bytes));
    if (!bytes_) return "does not fit the heap";
    length_ = bytes;
    return nullptr;
  }

  char* bytes() { return bytes_; }
  /// Only so many of them count.
  void cut(std::size_t bytes) { length_ = bytes; }

  std::string_view view() const { return {bytes_, length_}; }

 private:
  char* bytes_ = nullptr;
  std::size_t length_ = 0;
};

}  // namespace wick::metadata
