// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Owners of files: everything is root's, and no file system here keeps another. Giving a file to root therefore
// succeeds, and giving it to somebody else fails with EPERM, as on other systems whose medium has no owners.

#include <sys/stat.h>
#include <unistd.h>

#include "posix/at.h"

using namespace wick;

namespace {

fs::Outcome give(uid_t user, gid_t group) {
  const bool kept = (user == 0 || user == static_cast<uid_t>(-1)) && (group == 0 || group == static_cast<gid_t>(-1));
  return kept ? 0 : -EPERM;
}

int give_path(int directory, const char* path, uid_t user, gid_t group) {
  struct stat there;
  const fs::Outcome found =
      posix::at(directory, path, [&](std::string_view base) { return fs::stat_path(base, path, there); });
  return posix::int_result(found < 0 ? found : give(user, group));
}

}  // namespace

extern "C" {

int chown(const char* path, uid_t user, gid_t group) { return give_path(AT_FDCWD, path, user, group); }
int lchown(const char* path, uid_t user, gid_t group) { return give_path(AT_FDCWD, path, user, group); }
int fchownat(int directory, const char* path, uid_t user, gid_t group, int) {
  return give_path(directory, path, user, group);
}
int fchown(int descriptor, uid_t user, gid_t group) {
  return static_cast<int>(posix::on_file(descriptor, [=](auto&) { return give(user, group); }));
}

}  // extern "C"
