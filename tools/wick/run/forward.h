// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Ports of this machine, of its loopback address unless asked otherwise, that lead to the appliance.

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace wick::tool {

struct Forward {
  std::uint16_t host = 0;
  std::uint16_t guest = 0;
  bool udp = false;
  bool chosen_by_us = false;          ///< not asked for by the user: may move when the port is taken
  std::string address = "127.0.0.1";  ///< IPv4
};

/// "8080:80", "5353:53/udp", "80" (the same on both sides), "0.0.0.0:8080:80"
Result<Forward> parse_forward(const std::string& text);

/// For the ports of an image ("80/tcp"): 80 → 8080, others below 1024 → 8000 + port, the rest the same.
std::vector<Forward> default_forwards(const std::vector<std::string>& ports);

/// Checks that each host port is free; one that the user did not ask for moves on to the next free one.
Result<void> settle_forwards(std::vector<Forward>& forwards);

/// As parse_forward() takes it; the address only where it isn't 127.0.0.1.
std::string forward_text(const Forward& forward);

/// "http://127.0.0.1:8080/" where that makes sense, else "127.0.0.1:8007 (tcp port 7)".
std::string address_of(const Forward& forward);

}  // namespace wick::tool
