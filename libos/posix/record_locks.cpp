// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// fcntl()'s locks on ranges of bytes. Those of POSIX belong to the process: there is one, so they stand only in the way
// of those of open descriptions (F_OFD_…), and are gone with the description that they were taken by.

#include "posix/record_locks.h"

#include <unistd.h>

#include "fs/locks.h"
#include "posix/result.h"

namespace wick::posix {

namespace {

/// Reads the range, from whatever it is counted. @return 0 or -errno
fs::Outcome read_range(fs::FileOperations& file, const struct flock& from, fs::LockRequest& to) {
  std::int64_t base = 0, first, behind;
  if (from.l_whence == SEEK_CUR) {
    base = file.seek(0, SEEK_CUR);
  } else if (from.l_whence == SEEK_END) {
    struct stat size;
    base = file.stat(size);
    if (base == 0) base = size.st_size;
  } else if (from.l_whence != SEEK_SET) {
    return -EINVAL;
  }
  if (base < 0) return base;
  if (__builtin_add_overflow(base, from.l_start, &first)) return -EOVERFLOW;
  if (__builtin_add_overflow(first, from.l_len, &behind)) return -EOVERFLOW;
  if (from.l_len < 0) {
    const std::int64_t end = first;
    first = behind;
    behind = end;
  }
  if (first < 0) return -EINVAL;
  to.start = static_cast<std::uint64_t>(first);
  if (from.l_len != 0) to.end = static_cast<std::uint64_t>(behind);
  return 0;
}

void tell(const fs::LockConflict& conflict, struct flock& to) {
  to.l_type = F_UNLCK;
  if (conflict.kind == fs::LockKind::none) return;
  to.l_type = conflict.kind == fs::LockKind::exclusive ? F_WRLCK : F_RDLCK;
  to.l_whence = SEEK_SET;
  to.l_start = static_cast<long>(conflict.start);
  to.l_len = conflict.end == ~0ull ? 0 : static_cast<long>(conflict.end - conflict.start);
  to.l_pid = static_cast<short>(conflict.of_process ? getpid() : -1);
}

}  // namespace

fs::Outcome record_lock(fs::FileOperations& file, int command, struct flock* wanted) {
  if (!wanted) return -EFAULT;
  const bool asks = command == F_GETLK || command == F_OFD_GETLK;
  const bool of_description = command == F_OFD_GETLK || command == F_OFD_SETLK || command == F_OFD_SETLKW;
  if (of_description && wanted->l_pid != 0) return -EINVAL;
  fs::LockRequest request{file, fs::LockFamily::range, of_description ? &file : nullptr, fs::LockKind::none};
  if (const fs::Outcome wrong = read_range(file, *wanted, request)) return wrong;
  switch (wanted->l_type) {
    case F_RDLCK:
      if (!asks && !readable(file)) return -EBADF;
      request.kind = fs::LockKind::shared;
      break;
    case F_WRLCK:
      if (!asks && !writable(file)) return -EBADF;
      request.kind = fs::LockKind::exclusive;
      break;
    case F_UNLCK:
      if (asks) return -EINVAL;
      break;
    default:
      return -EINVAL;
  }
  if (asks) {
    tell(fs::find_conflict(request), *wanted);
    return 0;
  }
  return fs::set_lock(request, command == F_SETLKW || command == F_OFD_SETLKW);
}

}  // namespace wick::posix
