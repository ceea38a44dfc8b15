// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// How full a file system is. Those that can be written live in the heap, so its numbers are theirs.

#include <sys/statvfs.h>

#include "posix/at.h"
#include "wick/memory.h"

using namespace wick;

namespace {

constexpr unsigned long kBlockBytes = 4096;

void fill(const fs::FileSystem& file_system, struct statvfs& to) {
  to = {};
  to.f_bsize = to.f_frsize = kBlockBytes;
  to.f_namemax = fs::kNameBytes;
  if (file_system.read_only()) {
    to.f_flag = ST_RDONLY;
    return;
  }
  const memory::Statistics heap = memory::statistics();
  to.f_blocks = static_cast<fsblkcnt_t>(heap.total / kBlockBytes);
  to.f_bfree = to.f_bavail = static_cast<fsblkcnt_t>(heap.free / kBlockBytes);
}

fs::Outcome ask(const char* path, struct statvfs& to) {
  struct stat found;
  if (const fs::Outcome wrong = fs::stat_path(fs::current_directory(), path, found)) return wrong;
  fs::Path full;
  if (const fs::Outcome wrong = full.set(fs::current_directory(), path)) return wrong;
  fill(*fs::find_mount(full.view()).file_system, to);
  return 0;
}

}  // namespace

extern "C" int statvfs(const char* path, struct statvfs* to) { return posix::int_result(ask(path, *to)); }
