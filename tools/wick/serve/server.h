// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// `wick serve` once all is prepared: one thread that waits for clients, for words of appliances and for their ends,
// until it is told to end.

#include "serve/prepare.h"

namespace wick::tool {

/// Keeps the signals that the server waits for until it does. @return a file that tells of them; -1: there is none
int open_signals();

/// @param signals of open_signals()  @param metrics listening socket for its readers; -1: none are wanted
Result<void> serve(Prepared prepared, const FleetOptions& options, Spawner& spawner, int signals, int metrics);

}  // namespace wick::tool
