// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Reading directories.

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <new>

#include "posix/result.h"

using namespace wick;

struct wick_directory {
  int descriptor;
  struct dirent entry;
};

extern "C" {

DIR* fdopendir(int descriptor) {
  {
    const sched::Guard guard(sched::State::files);
    const fs::FileReference file = fs::lookup(descriptor);
    if (!file || !file->directory_path()) {
      errno = file ? ENOTDIR : EBADF;
      return nullptr;
    }
  }
  void* room = std::malloc(sizeof(wick_directory));
  if (!room) {
    errno = ENOMEM;
    return nullptr;
  }
  return new (room) wick_directory{descriptor, {}};
}

DIR* opendir(const char* path) {
  const int descriptor = open(path, O_RDONLY | O_DIRECTORY);
  if (descriptor < 0) return nullptr;
  DIR* directory = fdopendir(descriptor);
  if (!directory) (void)close(descriptor);
  return directory;
}

struct dirent* readdir(DIR* directory) {
  const auto found =
      posix::on_file(directory->descriptor, [=](auto& file) { return file.next_entry(directory->entry); });
  return found > 0 ? &directory->entry : nullptr;
}

void seekdir(DIR* directory, long position) {
  (void)posix::on_file(directory->descriptor,
                       [=](auto& file) { return file.set_entry_position(static_cast<std::uint64_t>(position)); });
}

long telldir(DIR* directory) {
  return posix::on_file(directory->descriptor,
                        [](auto& file) { return static_cast<fs::Outcome>(file.entry_position()); });
}

void rewinddir(DIR* directory) { seekdir(directory, 0); }

int dirfd(DIR* directory) { return directory->descriptor; }

int closedir(DIR* directory) {
  const int closed = close(directory->descriptor);
  std::free(directory);
  return closed;
}

}  // extern "C"
