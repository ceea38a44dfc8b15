// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Where a guest may go, as people write it: network.outgoing of the manifest, --host-loopback. Pure.

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "monitor/network/address.h"

namespace wick::monitor {

/// Of network.outgoing, in the words of the manifest's note: "any", "none", or "host:port,host:port".
struct Destinations {
  struct Place {
    std::string name;  ///< lower case; empty: an address
    Address address;
    std::uint16_t port;
  };
  enum class Kind { any, none, list } kind = Kind::any;
  std::vector<Place> places;
};

/// @return what is wrong in one sentence
std::expected<Destinations, std::string> parse_outgoing(std::string_view text);
/// "5432" or "5432,6379" @return what is wrong in one sentence
std::expected<std::vector<std::uint16_t>, std::string> parse_ports(std::string_view text);

}  // namespace wick::monitor
