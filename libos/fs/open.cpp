// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// From a path to an open file: the current directory, mount points, directories.

#include <dirent.h>
#include <fcntl.h>

#include <cstdlib>
#include <cstring>
#include <new>

#include "fs/file_system.h"
#include "fs/path.h"

namespace wick::fs {

namespace {

char current[kPathBytes] = "/";

/// A directory being read: its file system's entries, then the mount points that hang in it.
class Directory final : public FileOperations {
 public:
  Directory(FileSystem& file_system, const Path& path) : file_system_(file_system), path_(path) {}

  Outcome stat(struct stat& to) override { return file_system_.stat(path_.view(), to); }

  Outcome next_entry(::dirent& to) override {
    if (mounts_seen_ == 0) {
      if (const Outcome found = file_system_.next_entry(path_.view(), cookie_, to)) return found;
    }
    std::uint64_t number = 0;
    for (const Mount* mount = mounts(); mount; mount = mount->next) {
      if (number++ < mounts_seen_) continue;
      mounts_seen_++;
      struct stat hidden;
      if (mount->point == "/" || parent(mount->point) != path_.view()) continue;
      if (file_system_.stat(mount->point, hidden) == 0) continue;  // seen already: the embedded files have it too
      set_entry(to, last_component(mount->point), 1, DT_UNKNOWN);
      return 1;
    }
    return 0;
  }

  Outcome set_entry_position(std::uint64_t position) override {
    const std::uint64_t from_end = kLastPosition - position;
    mounts_seen_ = from_end <= kMostMounts ? from_end : 0;
    cookie_ = mounts_seen_ ? 0 : position;
    return 0;
  }
  std::uint64_t entry_position() const override { return mounts_seen_ ? kLastPosition - mounts_seen_ : cookie_; }

  const char* directory_path() const override { return path_.c_str(); }
  Outcome read(void*, std::size_t) override { return -EISDIR; }
  Outcome sync() override { return file_system_.sync(); }
  void destroy() override { std::free(this); }

 private:
  // A file system's own position may be any that isn't negative; where mount points are told, it is past all of its
  // own.
  static constexpr std::uint64_t kLastPosition = INT64_MAX, kMostMounts = 4096;

  FileSystem& file_system_;
  Path path_;
  std::uint64_t cookie_ = 0;
  std::uint64_t mounts_seen_ = 0;
};

Outcome open_directory(FileSystem& file_system, const Path& path, int flags, FileOperations*& file) {
  if ((flags & O_CREAT) && (flags & O_EXCL)) return -EEXIST;
  if ((flags & O_ACCMODE) != O_RDONLY || (flags & O_CREAT)) return -EISDIR;
  void* room = std::malloc(sizeof(Directory));
  if (!room) return -ENOMEM;
  file = new (room) Directory(file_system, path);
  return 0;
}

}  // namespace

std::string_view current_directory() { return current; }

Outcome stat_path(std::string_view base, std::string_view path, struct stat& to) {
  Path full;
  if (const Outcome wrong = full.set(base, path)) return wrong;
  if (const Outcome wrong = find_mount(full.view()).file_system->stat(full.view(), to)) return wrong;
  return full.names_directory() && !S_ISDIR(to.st_mode) ? -ENOTDIR : 0;
}

Outcome change_directory(std::string_view path) {
  Path full;
  struct stat found;
  if (const Outcome wrong = full.set(current, path)) return wrong;
  if (const Outcome wrong = stat_path("/", full.view(), found)) return wrong;
  if (!S_ISDIR(found.st_mode)) return -ENOTDIR;
  std::memcpy(current, full.c_str(), full.view().size() + 1);
  return 0;
}

Outcome open_path(std::string_view base, std::string_view path, int flags, mode_t mode, FileOperations*& file) {
  Path full;
  if (const Outcome wrong = full.set(base, path)) return wrong;
  FileSystem& file_system = *find_mount(full.view()).file_system;
  struct stat found;
  const Outcome there = file_system.stat(full.view(), found);
  if (there < 0 && there != -ENOENT) return there;
  Outcome outcome;
  if (there == 0 && S_ISDIR(found.st_mode)) {
    outcome = open_directory(file_system, full, flags, file);
  } else if (there == 0 && (full.names_directory() || (flags & O_DIRECTORY))) {
    outcome = -ENOTDIR;
  } else if (there < 0 && full.names_directory()) {
    outcome = (flags & O_CREAT) ? -EISDIR : -ENOENT;
  } else {
    outcome = file_system.open(full.view(), flags, mode, file);
  }
  if (outcome == 0) file->flags = flags & (O_ACCMODE | O_APPEND | O_NONBLOCK);
  return outcome;
}

}  // namespace wick::fs
