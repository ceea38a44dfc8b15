// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "build/tree.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/architecture.h"
#include "base/terminal.h"

namespace wick::tool {

fs::path build_folder(const fs::path& root, const std::string& profile) {
  return root / "build" / profile_target(profile);
}

Result<void> check_writable(const fs::path& folder) {
  for (fs::path path : {folder, fs::path(folder.string() + ".lock"), folder / ".ninja_log"}) {
    std::error_code error;
    while (!fs::exists(path, error) && path.has_relative_path()) path = path.parent_path();
    if (access(path.c_str(), W_OK) != 0)
      return fail(fmt::format("You may not write to {}: somebody else has built there.", path.string()),
                  "make a checkout of your own, or let its owner give you that folder.");
  }
  return {};
}

FolderLock::FolderLock(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder.parent_path(), error);
  fs::path lock = folder;
  lock += ".lock";
  file_ = open(lock.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0644);
  if (file_ < 0 || flock(file_, LOCK_EX | LOCK_NB) == 0) return;
  remark("waiting for another wick that uses " + folder.string() + ".");
  flock(file_, LOCK_EX);
}

FolderLock::~FolderLock() {
  if (file_ >= 0) close(file_);
}

}  // namespace wick::tool
