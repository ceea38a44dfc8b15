// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The console as a file: /dev/console and the standard descriptors.

#include "fs/file.h"

namespace wick::fs {

/// One for all; never destroyed.
FileOperations& console_file();

/// Whether a person is at the console's input or its output, as whoever started the appliance says by `console.tty`:
/// "0" to "3", of input 1 and of output 2. Nobody has said it where a machine has a console of its own: a terminal.
bool console_is_terminal(bool input);

/// Its device number in `struct stat`; isatty() asks for it.
inline constexpr unsigned kConsoleDevice = 5 << 8 | 1;

}  // namespace wick::fs
