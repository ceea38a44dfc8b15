// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Where syslog() sends its messages. Linked for programs with a network that call it.

#include <span>
#include <string_view>

namespace wick::net {

/// Takes a message, to go as one datagram: at once, or as soon as there is a way to the server. Never waits. Weak for
/// who calls it: an image without a network has none.
/// @param server an address and, if it isn't 514, a port: "192.0.2.1:1514", "[2001:db8::1]:1514"
/// @return false when `server` isn't one
[[gnu::weak]] bool send_to_log_server(std::string_view server, std::span<const char> message);

}  // namespace wick::net
