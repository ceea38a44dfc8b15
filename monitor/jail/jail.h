// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Takes from the calling process what it does not need, for good: the guest's frames decide what the code behind them
// does, and a fault in that code must not become a way into the host. What remains is to connect, to talk over sockets
// that are there, and to get memory up to a limit. No file, no program, no other process, no listening socket.

#include "monitor/base/sentence.h"

namespace wick::monitor {

/// At most so many descriptors: as many connections as the largest guest has, flows of datagrams, and a few.
constexpr unsigned kJailFiles = 4096 + 512 + 128;
/// What waits in both directions has a budget of 192 MiB (network/tcp_data.cpp); the rest is room for its pieces.
constexpr unsigned long kJailMemory = 512ul << 20;

/// For the process that translates the guest's frames; to be called when it has all it starts with.
/// @return what the system refused, in one sentence
Outcome enter_network_jail();

/// For the process that has the sockets of vsock: Unix sockets that are streams, and nothing of the network.
Outcome enter_vsock_jail();

}  // namespace wick::monitor
