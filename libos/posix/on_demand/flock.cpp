// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// flock(): a lock of the whole file, which belongs to an open description.

#include <sys/file.h>

#include "fs/locks.h"
#include "posix/result.h"

using namespace wick;

extern "C" int flock(int descriptor, int operation) {
  return static_cast<int>(posix::on_file(descriptor, [=](fs::FileOperations& file) -> fs::Outcome {
    fs::LockRequest request{file, fs::LockFamily::whole, &file, fs::LockKind::none};
    switch (operation & ~LOCK_NB) {
      case LOCK_SH:
        request.kind = fs::LockKind::shared;
        break;
      case LOCK_EX:
        request.kind = fs::LockKind::exclusive;
        break;
      case LOCK_UN:
        break;
      default:
        return -EINVAL;
    }
    return fs::set_lock(request, (operation & LOCK_NB) == 0);
  }));
}
