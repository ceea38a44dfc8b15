// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Changing what is known of a file besides its content: mode and times.

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>
#include <utime.h>

#include "posix/at.h"
#include "posix/deadline.h"

using namespace wick;

namespace {

fs::Outcome set_mode(int directory, const char* path, mode_t mode) {
  return posix::on_path(directory, path, [=](fs::FileSystem& file_system, const fs::Path& full) {
    return file_system.set_mode(full.view(), mode & 07777);
  });
}

/// The time that a call asks for: a null pointer and UTIME_NOW mean the present.
/// @return 0, or -EINVAL; `leave` when the file keeps the one that it has
fs::Outcome wanted_time(const timespec* times, timespec& changed, bool& leave) {
  leave = false;
  changed = posix::to_timespec(time::wall().value_or(time::now()));
  if (!times) return 0;
  for (int i = 0; i < 2; i++) {
    if (times[i].tv_nsec != UTIME_OMIT && times[i].tv_nsec != UTIME_NOW && !posix::valid(times[i])) return -EINVAL;
  }
  if (times[1].tv_nsec == UTIME_OMIT) leave = true;
  if (times[1].tv_nsec != UTIME_NOW) changed = times[1];
  return 0;
}

fs::Outcome set_time_at(int directory, const char* path, const timespec& changed) {
  return posix::on_path(directory, path, [&](fs::FileSystem& file_system, const fs::Path& full) {
    return file_system.set_time(full.view(), changed);
  });
}

fs::Outcome set_time(int directory, const char* path, const timespec* times) {
  timespec changed;
  bool leave;
  if (const fs::Outcome wrong = wanted_time(times, changed, leave)) return wrong;
  struct stat there;
  if (leave) return posix::at(directory, path, [&](std::string_view base) { return fs::stat_path(base, path, there); });
  return set_time_at(directory, path, changed);
}

fs::Outcome set_time(fs::FileOperations& file, const timespec* times) {
  timespec changed;
  bool leave;
  if (const fs::Outcome wrong = wanted_time(times, changed, leave)) return wrong;
  if (leave) return 0;
  const char* folder = file.directory_path();
  return folder ? set_time_at(AT_FDCWD, folder, changed) : file.set_time(changed);
}

/// Microseconds to nanoseconds; values out of range stay out of range.
struct Precise {
  explicit Precise(const timeval* from) : given(from) {
    for (int i = 0; given && i < 2; i++) {
      const bool fits = from[i].tv_usec >= 0 && from[i].tv_usec < 1'000'000;
      times[i] = {from[i].tv_sec, fits ? from[i].tv_usec * 1000 : 1'000'000'000};
    }
  }
  const timespec* get() const { return given ? times : nullptr; }

  bool given;
  timespec times[2]{};
};

}  // namespace

extern "C" {

int chmod(const char* path, mode_t mode) { return posix::int_result(set_mode(AT_FDCWD, path, mode)); }
int fchmodat(int directory, const char* path, mode_t mode, int) {
  return posix::int_result(set_mode(directory, path, mode));
}
int fchmod(int descriptor, mode_t mode) {
  return static_cast<int>(posix::on_file(descriptor, [=](auto& file) {
    const char* folder = file.directory_path();
    return folder ? set_mode(AT_FDCWD, folder, mode) : file.set_mode(mode & 07777);
  }));
}

/// Files have one time, of their last change: the access time is not kept. There are no links to follow or not.
int utimensat(int directory, const char* path, const struct timespec times[2], int) {
  return posix::int_result(set_time(directory, path, times));
}

int futimens(int descriptor, const struct timespec times[2]) {
  return static_cast<int>(posix::on_file(descriptor, [=](auto& file) { return set_time(file, times); }));
}

int utimes(const char* path, const struct timeval times[2]) {
  return utimensat(AT_FDCWD, path, Precise(times).get(), 0);
}
int lutimes(const char* path, const struct timeval times[2]) { return utimes(path, times); }
int futimes(int descriptor, const struct timeval times[2]) { return futimens(descriptor, Precise(times).get()); }

int utime(const char* path, const struct utimbuf* times) {
  if (!times) return utimes(path, nullptr);
  const timespec precise[2] = {{times->actime, 0}, {times->modtime, 0}};
  return utimensat(AT_FDCWD, path, precise, 0);
}

}  // extern "C"
