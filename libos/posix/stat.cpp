// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Asking about files. There is one user, who may do what the mode's owner bits say.

#include <sys/stat.h>
#include <unistd.h>

#include "posix/at.h"

using namespace wick;

namespace {

fs::Outcome stat_at(int directory, const char* path, struct stat* to) {
  return posix::at(directory, path, [&](std::string_view base) { return fs::stat_path(base, path, *to); });
}

fs::Outcome access_at(int directory, const char* path, int wanted) {
  struct stat found;
  if (const fs::Outcome wrong = stat_at(directory, path, &found)) return wrong;
  const unsigned allowed = (found.st_mode >> 6) & 7;
  if ((wanted & W_OK) && !(allowed & 2)) return -EROFS;
  return (static_cast<unsigned>(wanted) & ~allowed) ? -EACCES : 0;
}

}  // namespace

extern "C" {

int stat(const char* path, struct stat* to) { return posix::int_result(stat_at(AT_FDCWD, path, to)); }
int lstat(const char* path, struct stat* to) { return stat(path, to); }
int fstatat(int directory, const char* path, struct stat* to, int) {
  return posix::int_result(stat_at(directory, path, to));
}

int access(const char* path, int wanted) { return posix::int_result(access_at(AT_FDCWD, path, wanted)); }
int faccessat(int directory, const char* path, int wanted, int) {
  return posix::int_result(access_at(directory, path, wanted));
}

}  // extern "C"
