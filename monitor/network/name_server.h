// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which of the host's name servers answers for the guest's 10.0.2.3 and fec0::3. It is asked for whenever the guest
// begins to ask; as its process may open no file, resolv.conf is opened beforehand and read afresh each time. A host
// that replaces the file rather than rewriting it (as NetworkManager does) is thus not followed until the next start;
// the usual local resolver at 127.0.0.53 stays where it is.

#include <netinet/in.h>

#include <cstdint>
#include <optional>
#include <string_view>

#include "monitor/network/address.h"

namespace wick::monitor {

struct NameServer6 {
  in6_addr address;
  std::uint32_t scope;
};

/// The first of its family in the text of a resolv.conf. Without any server in it the local host is one:
/// resolv.conf(5).
std::optional<in_addr> find_name_server(std::string_view resolv_conf);
std::optional<NameServer6> find_name_server6(std::string_view resolv_conf);

/// From now on `file` (or nothing, when negative) is what name_server() reads.
void set_name_server_file(int file);

/// Where questions go now: the first server of IPv4, else of IPv6.
std::optional<SocketAddress> name_server();

}  // namespace wick::monitor
