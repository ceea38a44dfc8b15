// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Opening files by path.

#include <fcntl.h>
#include <sys/stat.h>

#include <cstdarg>

#include "posix/at.h"

using namespace wick;

namespace {

constinit mode_t mode_mask = 022;

fs::Outcome open_at(int directory, const char* path, int flags, mode_t mode) {
  return posix::at(directory, path, [&](std::string_view base) -> fs::Outcome {
    fs::FileOperations* file = nullptr;
    if (const fs::Outcome wrong = fs::open_path(base, path, flags, mode & ~mode_mask, file)) return wrong;
    const fs::FileReference keep(file);  // ends the file again when the table is full
    return fs::install_marked(*file, (flags & O_CLOEXEC) != 0);
  });
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  std::va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = (flags & O_CREAT) ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  return posix::int_result(open_at(AT_FDCWD, path, flags, mode));
}

int openat(int directory, const char* path, int flags, ...) {
  std::va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = (flags & O_CREAT) ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  return posix::int_result(open_at(directory, path, flags, mode));
}

int creat(const char* path, mode_t mode) { return open(path, O_WRONLY | O_CREAT | O_TRUNC, mode); }

mode_t umask(mode_t mask) {
  const mode_t old = mode_mask;
  mode_mask = mask & 0777;
  return old;
}

}  // extern "C"
