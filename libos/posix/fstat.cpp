// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Asking about open descriptors.

#include <sys/stat.h>
#include <unistd.h>

#include "fs/console_file.h"
#include "posix/result.h"

using namespace wick;

extern "C" {

int fstat(int descriptor, struct stat* to) {
  return static_cast<int>(posix::on_file(descriptor, [=](auto& file) { return file.stat(*to); }));
}

int isatty(int descriptor) {
  struct stat found;
  if (fstat(descriptor, &found) < 0) return 0;
  if (S_ISCHR(found.st_mode) && found.st_rdev == fs::kConsoleDevice && fs::console_is_terminal(descriptor == 0))
    return 1;
  errno = ENOTTY;
  return 0;
}

}  // extern "C"
