// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Descriptors that whoever started the appliance left open: its sockets, its secrets, another program's files. The
// monitor wants standard input, output and errors, and what its command line names as a file of /dev/fd.

#include <span>

namespace wick::monitor {

/// Closes all others. To be called before the first file is opened; and again by a process that keeps fewer.
/// @param words of the command line
void close_inherited(std::span<char* const> words);
/// Closes those that were named, once the files have been opened by their names.
void close_named();

}  // namespace wick::monitor
