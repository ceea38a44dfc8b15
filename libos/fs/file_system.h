// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a file system can do, and where it hangs in the tree. Paths that a file system sees are normal, absolute in the
// appliance, and always within its mount point.

#include <string_view>

#include "fs/file.h"

struct statvfs;

namespace wick::fs {

class FileSystem {
 public:
  /// Opens anything but a directory; creates it when `flags` have O_CREAT. @return 0, or what is wrong
  virtual Outcome open(std::string_view path, int flags, mode_t mode, FileOperations*& file) = 0;
  virtual Outcome stat(std::string_view path, struct stat& to) = 0;

  /// The entry of directory `path` at `cookie`, which then moves on; it starts at 0. @return 1, 0 at the end
  virtual Outcome next_entry(std::string_view path, std::uint64_t& cookie, ::dirent& to) = 0;

  virtual Outcome make_directory(std::string_view path, mode_t mode);
  /// Makes a name that a socket is bound to.
  virtual Outcome make_socket(std::string_view path, mode_t mode);
  virtual Outcome remove(std::string_view path, bool directory);
  virtual Outcome rename(std::string_view from, std::string_view to);
  virtual Outcome set_mode(std::string_view path, mode_t mode);
  virtual Outcome set_time(std::string_view path, const timespec& changed);
  virtual bool read_only() const { return true; }
  /// Names and content become as durable as they get here: at once, where nothing outlives the machine.
  virtual Outcome sync() { return 0; }
  /// Of <sys/statvfs.h>: blocks, their size and how many are free, into a structure that is zero else.
  virtual void space(struct statvfs& to) const;

 protected:
  ~FileSystem() = default;
};

/// Belongs to whoever mounts; lives as long as the machine.
struct Mount {
  std::string_view point;
  FileSystem* file_system;
  Mount* next = nullptr;
};

void mount(Mount& mount);

/// The mount of the longest point that `path` is within; the embedded files hang at "/".
const Mount& find_mount(std::string_view path);

/// All of them, the latest first.
const Mount* mounts();

/// Fills in a directory entry. The name must fit.
void set_entry(::dirent& to, std::string_view name, std::uint64_t number, unsigned char type);

/// Opens a path as open() does, directories too.
Outcome open_path(std::string_view base, std::string_view path, int flags, mode_t mode, FileOperations*& file);
Outcome stat_path(std::string_view base, std::string_view path, struct stat& to);

/// The current directory; "/" at the start.
std::string_view current_directory();
Outcome change_directory(std::string_view path);

}  // namespace wick::fs
