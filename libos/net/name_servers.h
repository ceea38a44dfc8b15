// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The name servers to ask, by who has named them: the configuration, else a DHCP server and the link's routers. To lwIP
// all of them are one table, in which the last one to speak would overwrite the others.

#include "lwip/ip_addr.h"

namespace wick::net {

/// One more of the configuration's; what DHCP servers and routers tell counts no more. @return false: too many
bool add_name_server(const ip_addr_t& server);

}  // namespace wick::net
