// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A file system in the heap: what is written is gone when the machine is. Host-testable.

#include "fs/file_system.h"

namespace wick::fs {

struct TmpfsNode;

class Tmpfs final : public FileSystem {
 public:
  /// @param point where it is mounted: the start of all paths that it will see
  constexpr explicit Tmpfs(std::string_view point) : point_(point) {}
  constexpr ~Tmpfs() {
    if (root_) clear();
  }

  Outcome open(std::string_view path, int flags, mode_t mode, FileOperations*& file) override;
  Outcome stat(std::string_view path, struct stat& to) override;
  Outcome next_entry(std::string_view path, std::uint64_t& cookie, ::dirent& to) override;
  Outcome make_directory(std::string_view path, mode_t mode) override;
  Outcome make_socket(std::string_view path, mode_t mode) override;
  Outcome remove(std::string_view path, bool directory) override;
  Outcome rename(std::string_view from, std::string_view to) override;
  Outcome set_mode(std::string_view path, mode_t mode) override;
  Outcome set_time(std::string_view path, const timespec& changed) override;
  bool read_only() const override { return false; }
  void space(struct statvfs& to) const override;  ///< the heap's: files live in it

 private:
  Outcome find(std::string_view path, TmpfsNode*& node);
  /// Finds the directory that `path` is or would be in.
  Outcome find_parent(std::string_view path, TmpfsNode*& node);
  /// Makes a node that isn't there yet.
  Outcome make(std::string_view path, mode_t mode);
  TmpfsNode* root();
  void clear();  ///< frees everything that isn't open

  std::string_view point_;
  TmpfsNode* root_ = nullptr;
};

}  // namespace wick::fs
