// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// From libos's way of answering to C's: a negative errno becomes errno and -1.

#include <cerrno>

#include "fs/descriptors.h"
#include "posix/interruption.h"
#include "sched/lock.h"

namespace wick::posix {

inline std::int64_t result(fs::Outcome outcome) {
  if (outcome >= 0) return outcome;
  errno = static_cast<int>(-outcome);
  return -1;
}

inline int int_result(fs::Outcome outcome) { return static_cast<int>(result(outcome)); }

/// Runs `operation` on an open descriptor's file.
template <typename Operation>
std::int64_t on_file(int descriptor, Operation&& operation) {
  return result(restarted([&]() -> fs::Outcome {
    const sched::Guard guard(sched::State::files);
    const fs::FileReference file = fs::lookup(descriptor);
    return file ? operation(*file) : -EBADF;
  }));
}

/// At the end of a call that writes: nobody reads any more.
inline std::int64_t told_of_broken_pipe(std::int64_t done) {
  if (done < 0 && errno == EPIPE && at_broken_pipe) at_broken_pipe();
  return done;
}

inline bool readable(const fs::FileOperations& file) { return (file.flags & 3) != 1; }  // O_ACCMODE, O_WRONLY
inline bool writable(const fs::FileOperations& file) { return (file.flags & 3) != 0; }  // O_RDONLY

}  // namespace wick::posix
