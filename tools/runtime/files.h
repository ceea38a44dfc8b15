// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Files that others have made, read up to a bound, and of a container's root file system without leaving it: its own
// links lead somewhere within it, whatever they say.

#include <utility>

#include "command_line.h"

namespace wick::runtime {

class File {
 public:
  explicit File(int file) : file_(file) {}
  File(File&& from) noexcept : file_(std::exchange(from.file_, -1)) {}
  File& operator=(File&&) = delete;
  ~File();
  int number() const { return file_; }
  int release() { return std::exchange(file_, -1); }
  /// By which others open the very same file.
  fs::path path() const { return fs::path("/proc/self/fd") / std::to_string(file_); }

 private:
  int file_;
};

/// Programs that are started from now on have it open under that number.
bool hand_down(File file, unsigned number);

/// A regular file of at most `most` bytes. Nothing is waited for.
Result<File> open_file(const fs::path& path, std::uint64_t most);
/// @param path as the container sees it, absolute and without ".."
Result<File> open_within(const fs::path& rootfs, const std::string& path, std::uint64_t most);

/// Whether it begins with a slash and steps nowhere back.
bool is_straight(const std::string& path);

}  // namespace wick::runtime
