// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Locks on files: flock()'s, and those of fcntl() on ranges of bytes. They keep apart open descriptions of one file,
// and are gone with the description that took them, whatever is opened at its place in memory later.

#include "fs/file.h"
#include "sched/thread.h"

namespace wick::fs {

enum class LockFamily : std::uint8_t { whole, range };  ///< flock()'s and fcntl()'s don't see each other
enum class LockKind : std::uint8_t { none, shared, exclusive };

/// @param description whose lock it is; null: the process', which all its descriptions share
struct LockRequest {
  FileOperations& file;
  LockFamily family;
  const FileOperations* description;
  LockKind kind;
  std::uint64_t start = 0;
  std::uint64_t end = ~0ull;  ///< behind the last byte
};

/// What stands in the way of a request.
struct LockConflict {
  LockKind kind = LockKind::none;  ///< none: nothing does
  bool of_process = false;
  std::uint64_t start = 0, end = 0;
};
LockConflict find_conflict(const LockRequest& request);

/// Takes or lets go. @param waits until nothing stands in the way  @return 0, -EAGAIN, -ENOLCK or kInterrupted
Outcome set_lock(const LockRequest& request, bool waits);

}  // namespace wick::fs
