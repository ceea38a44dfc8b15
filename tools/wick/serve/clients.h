// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Files from hand to hand: connections out of a door, and over a socket to whom they are for.

#include <cstddef>
#include <span>

#include "serve/appliance.h"

namespace wick::tool {

/// A connection to the socket of that name that keeps messages apart; -1 with errno.
int connect_to(const fs::path& socket);

/// @param words what the message says besides, at least a byte  @return whether it has been taken
bool send_file(int to, int file, std::span<const std::byte> words);

/// A client that waits at the door; -1: none does.
int take_client(const Door& door);

/// The client hears that this was no end.
void refuse(int client);

}  // namespace wick::tool
