// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/network/settings.h"

#include <string_view>

namespace wick::monitor {

std::expected<NetworkSettings, std::string> read_settings(std::span<char* const> words) {
  NetworkSettings settings;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view word = words[i];
    if (word == "--rings") {
      settings.rings = true;
      continue;
    }
    if (i + 1 == words.size()) return std::unexpected(std::string(word) + " is no option of the network's process");
    const char* value = words[++i];
    if (word == "--run") {
      settings.program.assign(words.begin() + static_cast<std::ptrdiff_t>(i), words.end());
      break;
    }
    if (word == "-p") {
      auto port = parse_port(value);
      if (!port) return std::unexpected(std::move(port.error()));
      settings.ports.push_back(*port);
    } else if (word == "--keeper") {
      auto keeper = parse_keeper(value);
      if (!keeper) return std::unexpected(std::move(keeper.error()));
      settings.keeper = *keeper;
    } else if (word == "--host-loopback") {
      auto ports = parse_ports(value);
      if (!ports) return std::unexpected(std::move(ports.error()));
      settings.loopback_ports = std::move(*ports);
    } else if (word == "--outgoing") {
      auto outgoing = parse_outgoing(value);
      if (!outgoing) return std::unexpected(std::move(outgoing.error()));
      settings.outgoing = std::move(*outgoing);
    } else {
      return std::unexpected(std::string(word) + " is no option of the network's process");
    }
  }
  return settings;
}

}  // namespace wick::monitor
