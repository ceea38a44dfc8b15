// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// flock(): a lock belongs to an open file and is gone with it: one whose file no descriptor has any more is forgotten.
// A call that waits looks again every few milliseconds: only another thread can let go.

#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "posix/result.h"

using namespace wick;

namespace {

struct Lock {
  fs::FileOperations* owner = nullptr;
  int kind = LOCK_UN;
};

constinit Lock locks[fs::kMaxDescriptors];

/// Each file system numbers its own files: mode and size tell those of two apart.
bool same_file(fs::FileOperations& one, fs::FileOperations& other) {
  struct stat first, second;
  return one.stat(first) == 0 && other.stat(second) == 0 && first.st_dev == second.st_dev &&
         first.st_ino == second.st_ino && first.st_mode == second.st_mode && first.st_size == second.st_size;
}

bool is_open(const fs::FileOperations* file) {
  for (int descriptor = 0; descriptor < fs::kMaxDescriptors; descriptor++) {
    if (fs::lookup(descriptor).get() == file) return true;
  }
  return false;
}

/// Lets go of what closed files had. @return where the lock of `file` stands, or will
Lock* lock_of(fs::FileOperations& file) {
  Lock* room = nullptr;
  for (Lock& lock : locks) {
    if (lock.owner == &file) return &lock;
    if (lock.owner && !is_open(lock.owner)) lock = {};
    if (!lock.owner && !room) room = &lock;
  }
  return room;
}

bool is_free(fs::FileOperations& file, bool alone) {
  for (const Lock& lock : locks) {
    if (!lock.owner || lock.owner == &file || lock.kind == LOCK_UN) continue;
    if ((alone || lock.kind == LOCK_EX) && same_file(file, *lock.owner)) return false;
  }
  return true;
}

}  // namespace

extern "C" int flock(int descriptor, int operation) {
  return static_cast<int>(posix::on_file(descriptor, [=](fs::FileOperations& file) -> fs::Outcome {
    const int kind = operation & ~LOCK_NB;
    if (kind != LOCK_SH && kind != LOCK_EX && kind != LOCK_UN) return -EINVAL;
    Lock* lock = lock_of(file);
    while (lock && kind != LOCK_UN && !is_free(file, kind == LOCK_EX)) {
      if (operation & LOCK_NB) return -EWOULDBLOCK;
      usleep(5000);
      lock = lock_of(file);
    }
    if (!lock) return -ENOLCK;
    *lock = kind == LOCK_UN ? Lock{} : Lock{&file, kind};
    return 0;
  }));
}
