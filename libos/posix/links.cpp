// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Links, which no file system here has: making one is refused as POSIX says for such file systems, and no file is one.

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "posix/at.h"

using namespace wick;

extern "C" {

int link(const char*, const char*) { return posix::int_result(-EPERM); }
int symlink(const char*, const char*) { return posix::int_result(-EPERM); }

ssize_t readlink(const char* path, char*, size_t) {
  const sched::Guard guard(sched::State::files);
  struct stat found;
  return posix::int_result(fs::stat_path(fs::current_directory(), path, found) < 0 ? -ENOENT : -EINVAL);
}

char* realpath(const char* path, char* to) {
  const sched::Guard guard(sched::State::files);
  fs::Path full;
  struct stat found;
  fs::Outcome outcome = full.set(fs::current_directory(), path);
  if (outcome == 0) outcome = fs::stat_path(fs::current_directory(), path, found);
  if (outcome == 0 && !to) {
    to = static_cast<char*>(std::malloc(full.view().size() + 1));
    if (!to) outcome = -ENOMEM;
  }
  if (posix::result(outcome) < 0) return nullptr;
  std::strcpy(to, full.c_str());
  return to;
}

}  // extern "C"
