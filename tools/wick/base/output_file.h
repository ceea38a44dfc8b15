// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A large file that is made piece by piece, beside its target and under another name, so that nobody ever sees half of
// it: it takes the target's place when it is whole, and is gone when it never becomes so.

#include <cstdint>
#include <span>

#include "base/file.h"

namespace wick::tool {

class OutputFile {
 public:
  /// @param part  of a target that is made of several files, the name of one that goes into it and is never finished
  static Result<OutputFile> create(const fs::path& target, std::string_view part = "");
  ~OutputFile();
  OutputFile(OutputFile&& from) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;

  /// At the end of what there is. @return false: the file can't be written, and finish() says why
  bool append(std::span<const std::byte> bytes);
  bool append(std::string_view text) { return append(std::as_bytes(std::span(text))); }
  /// In the place of what is there already. @return as above
  bool rewrite(std::uint64_t at, std::span<const std::byte> bytes);
  /// Makes it longer, by a hole that reads as zeros. @return as above
  bool extend(std::uint64_t bytes);

  std::uint64_t bytes() const { return bytes_; }
  /// The file's name until finish().
  const fs::path& path() const { return temporary_; }

  /// Fails with the first thing that went wrong.
  Result<void> written() const;
  /// Gives the whole file its name. Fails with the first thing that went wrong.
  Result<void> finish(bool executable = false);

 private:
  OutputFile(const fs::path& target, const fs::path& temporary, int file)
      : target_(target), temporary_(temporary), file_(file) {}

  fs::path target_, temporary_;
  int file_;
  int wrong_ = 0;  ///< errno of the first failure
  std::uint64_t bytes_ = 0;
};

}  // namespace wick::tool
