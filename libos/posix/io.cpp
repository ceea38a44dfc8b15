// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Reading and writing open descriptors.

#include <sys/uio.h>
#include <unistd.h>

#include "posix/result.h"

using namespace wick;
using posix::on_file;

extern "C" {

ssize_t read(int descriptor, void* to, size_t bytes) {
  return on_file(descriptor, [=](auto& file) { return posix::readable(file) ? file.read(to, bytes) : -EBADF; });
}

ssize_t write(int descriptor, const void* from, size_t bytes) {
  return posix::told_of_broken_pipe(
      on_file(descriptor, [=](auto& file) { return posix::writable(file) ? file.write(from, bytes) : -EBADF; }));
}

off_t lseek(int descriptor, off_t offset, int whence) {
  return on_file(descriptor, [=](auto& file) { return file.seek(offset, whence); });
}

int close(int descriptor) {
  const sched::Guard guard(sched::State::files);
  return posix::int_result(fs::drop(descriptor));
}

}  // extern "C"
