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

fs::Outcome check_access(std::string_view base, const char* path, int wanted) {
  struct stat found;
  fs::Path full;
  if (const fs::Outcome wrong = fs::stat_path(base, path, found)) return wrong;
  if (const fs::Outcome wrong = full.set(base, path)) return wrong;
  const unsigned allowed = (found.st_mode >> 6) & 7;
  const bool kept = S_ISREG(found.st_mode) || S_ISDIR(found.st_mode);  // a device's content is no file system's
  const bool read_only = kept && fs::find_mount(full.view()).file_system->read_only();
  if ((wanted & W_OK) && (!(allowed & 2) || read_only)) return -EROFS;
  return (static_cast<unsigned>(wanted) & ~allowed) ? -EACCES : 0;
}

fs::Outcome access_at(int directory, const char* path, int wanted) {
  return posix::at(directory, path, [&](std::string_view base) { return check_access(base, path, wanted); });
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
