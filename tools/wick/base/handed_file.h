// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Open files from process to process, over Unix sockets that keep messages apart (unix(7), SCM_RIGHTS).

#include <cstddef>
#include <span>

#include "base/file.h"

namespace wick::tool {

/// A connection to the socket of that name, which doesn't wait; -1 with errno.
int connect_to(const fs::path& socket);

/// @param words what the message says besides, at least a byte  @return whether it has been taken; else errno says why
bool send_file(int to, int file, std::span<const std::byte> words);

/// @return -1: there is no message, or none with a file
int receive_file(int from);

}  // namespace wick::tool
