// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// flock(): a lock belongs to an open file, which forgets it when it is closed. One that waits looks again every few
// milliseconds: only another thread can let go.

#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "posix/result.h"

using namespace wick;

namespace {

/// Each file system numbers its own files: mode and size tell those of two apart.
bool same_file(fs::FileOperations& one, fs::FileOperations& other) {
  struct stat first, second;
  return one.stat(first) == 0 && other.stat(second) == 0 && first.st_dev == second.st_dev &&
         first.st_ino == second.st_ino && first.st_mode == second.st_mode && first.st_size == second.st_size;
}

bool is_free(fs::FileOperations& file, bool alone) {
  for (int descriptor = 0; descriptor < fs::kMaxDescriptors; descriptor++) {
    const fs::FileReference other = fs::lookup(descriptor);
    if (!other || other.get() == &file || other->lock == fs::Lock::none) continue;
    if ((alone || other->lock == fs::Lock::alone) && same_file(file, *other)) return false;
  }
  return true;
}

}  // namespace

extern "C" int flock(int descriptor, int operation) {
  return static_cast<int>(posix::on_file(descriptor, [=](fs::FileOperations& file) -> fs::Outcome {
    const int kind = operation & ~LOCK_NB;
    if (kind != LOCK_SH && kind != LOCK_EX && kind != LOCK_UN) return -EINVAL;
    if (kind == LOCK_UN) return file.lock = fs::Lock::none, 0;
    while (!is_free(file, kind == LOCK_EX)) {
      if (operation & LOCK_NB) return -EWOULDBLOCK;
      usleep(5000);
    }
    file.lock = kind == LOCK_EX ? fs::Lock::alone : fs::Lock::shared;
    return 0;
  }));
}
