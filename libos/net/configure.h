// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Addresses for an interface, from the texts of the configuration. Nothing here waits: DHCP and IPv6's automatic
// addresses arrive in later turns.

#include <string_view>

#include "net/interface.h"

namespace wick::net {

/// @param address "10.0.0.2/24"  @param gateway "10.0.0.1" or empty  @return false when one is malformed
bool use_address4(Interface& interface, std::string_view address, std::string_view gateway);

/// @param host_name stays with the caller; may be empty
bool use_dhcp(Interface& interface, const char* host_name);

/// A link-local address and what routers announce (SLAAC).
void use_automatic6(Interface& interface);

/// @param address "fd00::2/64"  @param gateway "fd00::1" or empty
bool use_address6(Interface& interface, std::string_view address, std::string_view gateway);

/// @param servers addresses with commas between
bool use_name_servers(std::string_view servers);

}  // namespace wick::net
