// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The host's ports that lead to the guest, opened once: they outlive the process that serves them.

#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "abi/host/forward.h"
#include "monitor/network/address.h"

namespace wick::monitor {

struct PortOption {
  Forward forward;
  int file = -1;  ///< a socket that whoever started the appliance has opened; none: it is to be opened
};

/// A forward as parse_forward() takes it, or "/dev/fd/5:80": that socket listens already, or is a SOCK_SEQPACKET whose
/// messages bring connections (SCM_RIGHTS). @return what is wrong in one sentence
std::expected<PortOption, std::string> parse_port(std::string_view text);

/// "/dev/fd/6": a SOCK_SEQPACKET. @return what is wrong in one sentence
std::expected<int, std::string> parse_keeper(std::string_view text);

/// Whether a port's socket brings connections, instead of listening.
bool brings_connections(int file);

/// As accept4(), from a socket whose messages bring connections: -1 with EAGAIN, ECONNABORTED, or EPIPE at its end.
int receive_connection(int from, SocketAddress& client);

/// @return a socket each, in order; or what is wrong in one sentence, and then none is left open
std::expected<std::vector<int>, std::string> open_ports(std::span<const PortOption> ports);

}  // namespace wick::monitor
