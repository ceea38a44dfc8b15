// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Descriptors as such: copying them, their flags, what belongs to the kind of file behind them.

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdarg>

#include "posix/record_locks.h"
#include "posix/result.h"

using namespace wick;
using posix::on_file;

namespace {

constexpr int kSettable = O_APPEND | O_NONBLOCK;

fs::Outcome control(int descriptor, fs::FileOperations& file, int command, void* pointer) {
  const auto argument = static_cast<int>(reinterpret_cast<std::intptr_t>(pointer));
  if (posix::is_record_lock(command)) return posix::record_lock(file, command, static_cast<struct flock*>(pointer));
  switch (command) {
    case F_DUPFD:
    case F_DUPFD_CLOEXEC:
      return fs::install_marked(file, command == F_DUPFD_CLOEXEC, argument);
    case F_GETFD:
      return fs::close_on_exec(descriptor) != 0 ? FD_CLOEXEC : 0;
    case F_SETFD:
      return fs::set_close_on_exec(descriptor, (argument & FD_CLOEXEC) != 0);
    case F_GETFL:
      return file.flags;
    case F_SETFL:
      file.flags = (file.flags & ~kSettable) | (argument & kSettable);
      return 0;
    default:
      return -EINVAL;
  }
}

}  // namespace

extern "C" {

int dup(int descriptor) {
  return static_cast<int>(on_file(descriptor, [](auto& file) { return fs::install(file); }));
}

int dup2(int from, int to) {
  return static_cast<int>(on_file(from, [=](auto& file) { return from == to ? to : fs::install_at(file, to); }));
}

int dup3(int from, int to, int flags) {
  return static_cast<int>(on_file(from, [=](auto& file) {
    if (from == to || (flags & ~O_CLOEXEC)) return -EINVAL;
    const int descriptor = fs::install_at(file, to);
    if (descriptor >= 0 && flags) (void)fs::set_close_on_exec(descriptor, true);
    return descriptor;
  }));
}

int fcntl(int descriptor, int command, ...) {
  std::va_list arguments;
  va_start(arguments, command);
  void* const argument = va_arg(arguments, void*);  // or an int, as the command wants it
  va_end(arguments);
  return static_cast<int>(
      on_file(descriptor, [=](auto& file) { return control(descriptor, file, command, argument); }));
}

int ioctl(int descriptor, unsigned long request, ...) {
  std::va_list arguments;
  va_start(arguments, request);
  void* argument = va_arg(arguments, void*);
  va_end(arguments);
  return static_cast<int>(on_file(descriptor, [=](auto& file) -> fs::Outcome {
    if (request != FIONBIO) return file.ioctl(request, argument);
    file.flags = (file.flags & ~O_NONBLOCK) | (*static_cast<int*>(argument) ? O_NONBLOCK : 0);
    return 0;
  }));
}

int ftruncate(int descriptor, off_t bytes) {
  return static_cast<int>(on_file(descriptor, [=](auto& file) -> fs::Outcome {
    if (bytes < 0 || !posix::writable(file)) return -EINVAL;
    return file.truncate(static_cast<std::uint64_t>(bytes));
  }));
}

int truncate(const char* path, off_t bytes) {
  const int descriptor = open(path, O_WRONLY);
  if (descriptor < 0) return -1;
  const int done = ftruncate(descriptor, bytes);
  (void)close(descriptor);
  return done;
}

int fsync(int descriptor) {
  return static_cast<int>(on_file(descriptor, [](auto& file) { return file.sync(); }));
}

int fdatasync(int descriptor) { return fsync(descriptor); }

}  // extern "C"
