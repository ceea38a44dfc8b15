// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The resolver's files (/etc/hosts, /etc/services, /etc/resolv.conf): lines of words, # starts a comment.

#include <cstddef>
#include <string_view>

namespace wick::net {

class TextFile {
 public:
  /// Reads the file; one that isn't there has no lines.
  explicit TextFile(std::string_view path);
  TextFile(const TextFile&) = delete;
  TextFile& operator=(const TextFile&) = delete;
  ~TextFile();

  /// Goes to the next line. @return false at the end
  [[nodiscard]] bool next_line();
  /// The next word of this line; empty at its end.
  std::string_view word();

 private:
  char* bytes_ = nullptr;
  std::string_view rest_, line_;
};

}  // namespace wick::net
