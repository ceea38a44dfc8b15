// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// pipe().

#include "fs/pipe.h"

#include <fcntl.h>
#include <unistd.h>

#include "posix/result.h"

using namespace wick;

namespace {

fs::Outcome make(int* ends, int flags) {
  const sched::Guard guard(sched::State::files);
  if (flags & ~(O_NONBLOCK | O_CLOEXEC)) return -EINVAL;
  const bool close_on_exec = (flags & O_CLOEXEC) != 0;
  fs::FileOperations *reader, *writer;
  if (const fs::Outcome wrong = fs::make_pipe(reader, writer)) return wrong;
  const fs::FileReference keep_reader(reader), keep_writer(writer);
  reader->flags |= flags & O_NONBLOCK;
  writer->flags |= flags & O_NONBLOCK;
  ends[0] = fs::install_marked(*reader, close_on_exec);
  if (ends[0] < 0) return ends[0];
  ends[1] = fs::install_marked(*writer, close_on_exec);
  if (ends[1] >= 0) return 0;
  (void)fs::drop(ends[0]);
  return ends[1];
}

}  // namespace

extern "C" {

int pipe(int ends[2]) { return posix::int_result(make(ends, 0)); }
int pipe2(int ends[2], int flags) { return posix::int_result(make(ends, flags)); }

}  // extern "C"
