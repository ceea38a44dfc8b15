// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The console as a file: /dev/console and the standard descriptors.

#include "fs/file.h"

namespace wick::fs {

/// One for all; never destroyed.
FileOperations& console_file();

/// Its device number in `struct stat`; isatty() asks for it.
inline constexpr unsigned kConsoleDevice = 5 << 8 | 1;

}  // namespace wick::fs
