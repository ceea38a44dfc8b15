// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The toolkit's build folders, and who may use them at a time.

#include <string>

#include "base/file.h"
#include "base/toolkit.h"

namespace wick::tool {

/// build/ARCHITECTURE-PROFILE
fs::path build_folder(const fs::path& root, const std::string& profile);

/// @return an error when this user may not write there, as where somebody else has built
Result<void> check_writable(const fs::path& folder);

/// Held while a build folder is configured or built: a second wick waits for the first.
class FolderLock {
 public:
  explicit FolderLock(const fs::path& folder);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int file_ = -1;
};

}  // namespace wick::tool
