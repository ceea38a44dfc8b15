// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Connections from hand to hand: out of a door, and over a socket to whom they are for.

#include "serve/appliance.h"

namespace wick::tool {

/// @return whether it has been taken
bool send_connection(int to, int connection);

/// A client that waits at the door; -1: none does.
int take_client(const Door& door);

/// The client hears that this was no end.
void refuse(int client);

}  // namespace wick::tool
