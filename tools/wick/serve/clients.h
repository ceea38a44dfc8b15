// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Clients out of a door that nobody else will take.

#include "serve/appliance.h"

namespace wick::tool {

/// A client that waits at the door; -1: none does.
int take_client(const Door& door);

/// The client hears that this was no end.
void refuse(int client);

}  // namespace wick::tool
