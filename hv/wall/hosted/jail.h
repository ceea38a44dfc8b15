// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Takes from the calling process what it does not need, for good: the guest's frames decide what the code behind them
// does, and a fault in that code must not become a way into the host. What remains is to connect, to talk over sockets
// that are there, and to get memory up to a limit. No file, no program, no other process, no listening socket.

#include <expected>
#include <string>

namespace wick::hosted {

/// At most so many descriptors, thus connections, at a time.
constexpr unsigned jail_files = 1024;
/// Two buffers of 128 KiB a connection, and as much again for what waits to be put together or sent.
constexpr unsigned long jail_memory = 512ul << 20;

/// For the process that translates the guest's frames; to be called when it has all it starts with.
/// @return what the system refused, in one sentence
std::expected<void, std::string> enter_network_jail();

}  // namespace wick::hosted
