// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// fcntl()'s locks on ranges of bytes.

#include <fcntl.h>

#include "fs/file.h"

namespace wick::posix {

constexpr bool is_record_lock(int command) {
  return command == F_GETLK || command == F_SETLK || command == F_SETLKW || command == F_OFD_GETLK ||
         command == F_OFD_SETLK || command == F_OFD_SETLKW;
}

fs::Outcome record_lock(fs::FileOperations& file, int command, struct flock* wanted);

}  // namespace wick::posix
