// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// How full a file system is.

#include <sys/statvfs.h>

#include "posix/at.h"

using namespace wick;

namespace {

fs::Outcome ask(const char* path, struct statvfs& to) {
  const sched::Guard guard(sched::State::files);
  struct stat found;
  if (const fs::Outcome wrong = fs::stat_path(fs::current_directory(), path, found)) return wrong;
  fs::Path full;
  if (const fs::Outcome wrong = full.set(fs::current_directory(), path)) return wrong;
  const fs::FileSystem& file_system = *fs::find_mount(full.view()).file_system;
  to = {};
  to.f_namemax = fs::kNameBytes;
  if (file_system.read_only()) to.f_flag = ST_RDONLY;
  file_system.space(to);
  return 0;
}

}  // namespace

extern "C" int statvfs(const char* path, struct statvfs* to) { return posix::int_result(ask(path, *to)); }
