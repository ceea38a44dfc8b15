// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The interfaces as programs see them: by name, by number, by what they can.

#include <net/if.h>

#include "fs/file.h"
#include "lwip/netif.h"

namespace wick::net {

/// Writes the name: of loopback Linux', which programs know, of others lwIP's letters and number.
void write_name(const netif& interface, char (&to)[IF_NAMESIZE]);

/// @return null: there is none of that name
netif* find_interface(const char* name);

/// IFF_ bits.
unsigned interface_flags(const netif& interface);

/// SIOCGIF…, or -ENOTTY.
fs::Outcome interface_request(unsigned long request, void* argument);

}  // namespace wick::net
