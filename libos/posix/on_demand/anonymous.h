// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Files without a name that stand only behind a descriptor: epoll sets, counters, timers.

#include <fcntl.h>

#include <cstdlib>
#include <new>

#include "posix/result.h"

namespace wick::posix {

class Anonymous : public fs::FileOperations {
 public:
  Anonymous() { flags = O_RDWR; }

  /// A kind that none of S_IFMT's is, as on Linux.
  fs::Outcome stat(struct stat& to) override {
    to = {};
    to.st_mode = 0600;
    to.st_nlink = 1;
    return 0;
  }

 protected:
  ~Anonymous() = default;
};

/// Makes one and its descriptor. @param flags of which O_NONBLOCK and O_CLOEXEC count  @return as C does
template <typename File, typename... Arguments>
int make_anonymous(int flags, Arguments... arguments) {
  const sched::Guard guard(sched::State::files);
  void* room = std::malloc(sizeof(File));
  if (!room) return int_result(-ENOMEM);
  const fs::FileReference file(new (room) File(arguments...));
  file->flags |= flags & O_NONBLOCK;
  return int_result(fs::install_marked(*file, (flags & O_CLOEXEC) != 0));
}

}  // namespace wick::posix
