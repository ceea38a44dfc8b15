// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the network's process is started with, and how that stands on its command line: the process is executed afresh,
// so that nothing of the starter's memory, files and environment is in it.

#include <expected>
#include <span>
#include <string>
#include <vector>

#include "monitor/network/ports.h"
#include "monitor/network/reach.h"

namespace wick::monitor {

struct NetworkSettings {
  std::vector<PortOption> ports;
  int keeper = -1;                            ///< socket (abi/host/keeper.h); none: clients are taken from the start
  std::vector<std::uint16_t> loopback_ports;  ///< of the host, open to the guest at the gateway's address
  Destinations outgoing;
  bool rings = false;                ///< frames come through rings, with virtio-net headers before them
  std::vector<const char*> program;  ///< becomes this process, with frames at a file of its own; none: frames are at 0
};

/// The first word, by which the program knows what it is.
inline constexpr const char* kNetworkProcess = "--network-process";

/// The only word behind it, of the process that starts others (starter.h).
inline constexpr const char* kNetworkStarter = "--starter";

/// @param words behind that one: -p PORT, --keeper SOCKET, --host-loopback PORTS, --outgoing TEXT, --rings, --run
/// PROGRAM...
/// @return what is wrong in one sentence
std::expected<NetworkSettings, std::string> read_settings(std::span<char* const> words);

}  // namespace wick::monitor
