// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "net/name_servers.h"

#include "lwip/dns.h"

namespace wick::net {
namespace {

/// Any for one that isn't there.
using Table = ip_addr_t[DNS_MAX_SERVERS];

Table configured, told_by_dhcp, told_by_routers;

/// The nth that is there. @return null: there are less
ip_addr_t* nth(u8_t number) {
  auto find = [&](Table& table) -> ip_addr_t* {
    for (ip_addr_t& server : table) {
      if (!ip_addr_isany_val(server) && number-- == 0) return &server;
    }
    return nullptr;
  };
  if (!ip_addr_isany_val(configured[0])) return find(configured);
  ip_addr_t* found = find(told_by_dhcp);
  return found ? found : find(told_by_routers);
}

}  // namespace

bool add_name_server(const ip_addr_t& server) {
  for (ip_addr_t& place : configured) {
    if (ip_addr_isany_val(place)) return place = server, true;
  }
  return false;
}

}  // namespace wick::net

// lwIP's DHCP client and its router discovery call these. Its own DNS client is not linked: net/resolver asks.
extern "C" {

void dns_init() {}

/// @param number of those that this teller knows; of dns_getserver()'s where `server` is null, which takes it away
void dns_setserver(u8_t number, const ip_addr_t* server) {
  using namespace wick::net;
  if (number >= DNS_MAX_SERVERS) return;
  if (server) {
    (IP_IS_V6(server) ? told_by_routers : told_by_dhcp)[number] = *server;  // DHCPv6 isn't linked
  } else if (ip_addr_t* place = nth(number); place && ip_addr_isany_val(configured[0])) {
    *place = *IP_ADDR_ANY;
  }
}

const ip_addr_t* dns_getserver(u8_t number) {
  const ip_addr_t* server = wick::net::nth(number);
  return server ? server : IP_ADDR_ANY;
}

}  // extern "C"
