// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Paths: from what a program writes to the one absolute, normal form that file systems see. Purely textual, as there
// are no symbolic links. Host-testable.

#include <string_view>

#include "fs/file.h"

namespace wick::fs {

inline constexpr std::size_t kPathBytes = 1024;  ///< POSIX's PATH_MAX, the final NUL included
inline constexpr std::size_t kNameBytes = 255;   ///< POSIX's NAME_MAX

/// Room for one normal path.
class Path {
 public:
  /// Makes `path` absolute by `base` (itself normal) and resolves ".", ".." and repeated slashes.
  /// @return 0, -ENOENT for an empty path, -ENAMETOOLONG
  Outcome set(std::string_view base, std::string_view path);

  std::string_view view() const { return {text_, length_}; }
  const char* c_str() const { return text_; }

  /// The path ended in '/', "." or "..": it must name a directory.
  bool names_directory() const { return names_directory_; }

 private:
  Outcome append(std::string_view component);
  void remove_last();

  char text_[kPathBytes];
  std::size_t length_ = 0;
  bool names_directory_ = false;
};

/// "/a/b" → "/a"; "/a" → "/".
std::string_view parent(std::string_view path);
/// "/a/b" → "b"; "/" → "".
std::string_view last_component(std::string_view path);

/// Whether `path` is `directory` or something below it.
bool is_within(std::string_view path, std::string_view directory);

}  // namespace wick::fs
