// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Where lwIP's DHCP client and router discovery leave the name servers that they hear of. Its own DNS client is not
// linked: net/resolver asks these.

#include "lwip/dns.h"

namespace {

ip_addr_t servers[DNS_MAX_SERVERS];

}  // namespace

extern "C" {

void dns_init() {}

void dns_setserver(u8_t number, const ip_addr_t* server) {
  if (number < DNS_MAX_SERVERS) servers[number] = server != nullptr ? *server : *IP_ADDR_ANY;
}

const ip_addr_t* dns_getserver(u8_t number) { return number < DNS_MAX_SERVERS ? &servers[number] : IP_ADDR_ANY; }

}  // extern "C"
