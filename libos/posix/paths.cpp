// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Changing directories' content, and the current directory.

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "posix/at.h"

using namespace wick;
using posix::on_path;

namespace {

fs::Outcome remove_at(int directory, const char* path, bool is_directory) {
  return on_path(directory, path, [=](fs::FileSystem& file_system, const fs::Path& full) -> fs::Outcome {
    if (!is_directory && full.names_directory()) return -ENOTDIR;
    return file_system.remove(full.view(), is_directory);
  });
}

fs::Outcome rename_at(int from_directory, const char* from, int to_directory, const char* to) {
  return on_path(from_directory, from, [=](fs::FileSystem& source, const fs::Path& old_path) {
    return on_path(to_directory, to, [&](fs::FileSystem& target, const fs::Path& new_path) -> fs::Outcome {
      return &source == &target ? source.rename(old_path.view(), new_path.view()) : -EXDEV;
    });
  });
}

fs::Outcome make_directory_at(int directory, const char* path, mode_t mode) {
  return posix::at(directory, path, [&](std::string_view base) -> fs::Outcome {
    struct stat there;
    if (fs::stat_path(base, path, there) == 0) return -EEXIST;  // a mount point or an embedded one, too
    return on_path(directory, path, [=](fs::FileSystem& file_system, const fs::Path& full) {
      return file_system.make_directory(full.view(), mode);
    });
  });
}

}  // namespace

extern "C" {

int unlink(const char* path) { return posix::int_result(remove_at(AT_FDCWD, path, false)); }
int rmdir(const char* path) { return posix::int_result(remove_at(AT_FDCWD, path, true)); }
int unlinkat(int directory, const char* path, int flags) {
  return posix::int_result(remove_at(directory, path, (flags & AT_REMOVEDIR) != 0));
}

int mkdir(const char* path, mode_t mode) { return posix::int_result(make_directory_at(AT_FDCWD, path, mode)); }
int mkdirat(int directory, const char* path, mode_t mode) {
  return posix::int_result(make_directory_at(directory, path, mode));
}

int rename(const char* from, const char* to) { return posix::int_result(rename_at(AT_FDCWD, from, AT_FDCWD, to)); }
int renameat(int from_directory, const char* from, int to_directory, const char* to) {
  return posix::int_result(rename_at(from_directory, from, to_directory, to));
}

int chdir(const char* path) {
  const sched::Guard guard(sched::State::files);
  return posix::int_result(fs::change_directory(path));
}

int fchdir(int descriptor) {
  return static_cast<int>(posix::on_file(descriptor, [](auto& file) -> fs::Outcome {
    return file.directory_path() ? fs::change_directory(file.directory_path()) : -ENOTDIR;
  }));
}

char* getcwd(char* to, size_t bytes) {
  const sched::Guard guard(sched::State::files);
  const std::string_view path = fs::current_directory();
  if (!to) {
    if (bytes == 0) bytes = path.size() + 1;
    to = static_cast<char*>(std::malloc(bytes));
    if (!to) return nullptr;
  }
  if (bytes <= path.size()) {
    errno = ERANGE;
    return nullptr;
  }
  std::memcpy(to, path.data(), path.size());
  to[path.size()] = '\0';
  return to;
}

}  // extern "C"
