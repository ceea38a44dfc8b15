// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The …at() functions' directory: a descriptor, or the current directory.

#include <fcntl.h>

#include "fs/file_system.h"
#include "fs/path.h"
#include "posix/result.h"

namespace wick::posix {

/// Calls `operation(base)` with the path that `path` is relative to.
template <typename Operation>
fs::Outcome at(int directory, const char* path, Operation&& operation) {
  const sched::Guard guard(sched::State::files);
  if (directory == AT_FDCWD || path[0] == '/') return operation(fs::current_directory());
  const fs::FileReference file = fs::lookup(directory);
  if (!file) return -EBADF;
  if (!file->directory_path()) return -ENOTDIR;
  return operation(std::string_view(file->directory_path()));
}

/// As at(), with the full normal path and its file system: for operations that change a directory.
template <typename Operation>
fs::Outcome on_path(int directory, const char* path, Operation&& operation) {
  return at(directory, path, [&](std::string_view base) -> fs::Outcome {
    fs::Path full;
    if (const fs::Outcome wrong = full.set(base, path)) return wrong;
    for (const fs::Mount* mount = fs::mounts(); mount; mount = mount->next) {
      if (mount->point == full.view()) return -EBUSY;
    }
    return operation(*fs::find_mount(full.view()).file_system, full);
  });
}

}  // namespace wick::posix
