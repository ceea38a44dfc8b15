// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Whole files in and out. Writing leaves an unchanged file alone, so that nothing downstream is rebuilt for it.

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace wick::tool {

namespace fs = std::filesystem;

Result<std::string> read_file(const fs::path& path);

/// Writes through a temporary file and a rename; does nothing when the content is the same already.
Result<void> write_file(const fs::path& path, std::string_view content);

/// Fails when something has that name already, and leaves nothing when it can't be written. @param mode of its rights
Result<void> write_new_file(const fs::path& path, std::string_view content, unsigned mode);

/// A new file in the folder for temporary ones, gone with this object.
/// Of TMPDIR, or /tmp.
Result<fs::path> temporary_folder();

class TemporaryFile {
 public:
  TemporaryFile() = default;
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  Result<void> write(std::string_view content);
  const fs::path& path() const { return path_; }
  void keep() { kept_ = true; }

 private:
  fs::path path_;
  bool kept_ = false;
};

}  // namespace wick::tool
