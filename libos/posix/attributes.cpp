// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Changing what is known of a file besides its content: mode and times.

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "posix/at.h"
#include "posix/deadline.h"

using namespace wick;

namespace {

constexpr long kNow = -2, kOmit = -1;  // UTIME_NOW and UTIME_OMIT as picolibc numbers them, hidden by default

fs::Outcome set_mode(int directory, const char* path, mode_t mode) {
  return posix::on_path(directory, path, [=](fs::FileSystem& file_system, const fs::Path& full) {
    return file_system.set_mode(full.view(), mode & 07777);
  });
}

fs::Outcome set_time(int directory, const char* path, const timespec* times) {
  timespec changed = posix::to_timespec(time::wall().value_or(time::now()));
  if (times) {
    if (times[1].tv_nsec == kOmit) return 0;
    if (times[1].tv_nsec != kNow) {
      if (!posix::valid(times[1])) return -EINVAL;
      changed = times[1];
    }
  }
  return posix::on_path(directory, path, [=](fs::FileSystem& file_system, const fs::Path& full) {
    return file_system.set_time(full.view(), changed);
  });
}

}  // namespace

extern "C" {

int chmod(const char* path, mode_t mode) { return posix::int_result(set_mode(AT_FDCWD, path, mode)); }
int fchmodat(int directory, const char* path, mode_t mode, int) {
  return posix::int_result(set_mode(directory, path, mode));
}
int fchmod(int descriptor, mode_t mode) {
  return static_cast<int>(posix::on_file(descriptor, [=](auto& file) { return file.set_mode(mode & 07777); }));
}

/// Files have one time, of their last change: the access time is not kept.
int utimensat(int directory, const char* path, const struct timespec times[2], int) {
  return posix::int_result(set_time(directory, path, times));
}

int utimes(const char* path, const struct timeval times[2]) {
  if (!times) return utimensat(AT_FDCWD, path, nullptr, 0);
  const timespec precise[2] = {{times[0].tv_sec, times[0].tv_usec * 1000}, {times[1].tv_sec, times[1].tv_usec * 1000}};
  return utimensat(AT_FDCWD, path, precise, 0);
}

}  // extern "C"
