// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The folder of the snapshots: the user's, which keeps them for the next run, or one of this run.

#include "base/file.h"

namespace wick::tool {

class SnapshotFolder {
 public:
  SnapshotFolder() = default;
  /// What is only this run's goes.
  ~SnapshotFolder();
  SnapshotFolder(const SnapshotFolder&) = delete;
  SnapshotFolder& operator=(const SnapshotFolder&) = delete;

  /// @param asked by the user; empty: a temporary one. No two runs have the same one.
  Result<void> open(const std::string& asked);

  const fs::path& path() const { return path_; }
  bool keeps() const { return keeps_; }
  /// For the warm guest of an image: an empty file, gone with this object.
  Result<fs::path> warm(std::size_t number);

 private:
  fs::path path_;
  std::size_t warm_count_ = 0;
  int lock_ = -1;
  bool keeps_ = false;
};

}  // namespace wick::tool
