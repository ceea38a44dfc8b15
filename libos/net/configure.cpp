// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "net/configure.h"

#include <charconv>
#include <cstring>

#include "hooks.h"
#include "lwip/dhcp.h"
#include "lwip/ip_addr.h"
#include "lwip/nd6.h"
#include "lwip/prot/dhcp.h"
#include "net/name_servers.h"

namespace wick::net {
namespace {

struct Prefix {
  ip_addr_t address;
  unsigned length;
};

bool parse_address(std::string_view text, ip_addr_t& address) {
  char room[IPADDR_STRLEN_MAX + 1];
  if (text.size() >= sizeof(room)) return false;
  std::memcpy(room, text.data(), text.size());
  room[text.size()] = 0;
  return ipaddr_aton(room, &address) != 0;
}

bool parse_prefix(std::string_view text, Prefix& prefix) {
  std::size_t slash = text.find('/');
  if (slash == text.npos || !parse_address(text.substr(0, slash), prefix.address)) return false;
  std::string_view length = text.substr(slash + 1);
  auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), prefix.length);
  unsigned most = IP_IS_V6(&prefix.address) ? 128 : 32;
  return error == std::errc{} && end == length.data() + length.size() && prefix.length <= most;
}

ip6_addr_t gateway6;
netif* gateway6_interface;

}  // namespace

bool use_address4(Interface& interface, std::string_view address, std::string_view gateway) {
  Prefix prefix;
  if (!parse_prefix(address, prefix) || IP_IS_V6(&prefix.address)) return false;
  ip_addr_t via{};
  if (!gateway.empty() && (!parse_address(gateway, via) || IP_IS_V6(&via))) return false;
  ip4_addr_t mask{lwip_htonl(prefix.length == 0 ? 0 : ~0u << (32 - prefix.length))};
  netif_set_addr(&interface.lwip(), ip_2_ip4(&prefix.address), &mask, gateway.empty() ? IP4_ADDR_ANY4 : ip_2_ip4(&via));
  if (!netif_default) netif_set_default(&interface.lwip());
  return true;
}

bool use_dhcp(Interface& interface, const char* host_name) {
  if (host_name && *host_name != 0) netif_set_hostname(&interface.lwip(), host_name);
  if (!netif_default) netif_set_default(&interface.lwip());
  return dhcp_start(&interface.lwip()) == ERR_OK;
}

void use_automatic6(Interface& interface) {
  netif_create_ip6_linklocal_address(&interface.lwip(), 1);
  netif_set_ip6_autoconfig_enabled(&interface.lwip(), 1);
  if (!netif_default) netif_set_default(&interface.lwip());
}

bool use_address6(Interface& interface, std::string_view address, std::string_view gateway) {
  Prefix prefix;
  // lwIP takes every prefix of an own address for 64 bits long.
  if (!parse_prefix(address, prefix) || !IP_IS_V6(&prefix.address) || prefix.length != 64) return false;
  ip_addr_t via{};
  if (!gateway.empty() && (!parse_address(gateway, via) || !IP_IS_V6(&via))) return false;
  netif& lwip = interface.lwip();
  netif_create_ip6_linklocal_address(&lwip, 1);
  s8_t index = -1;
  if (netif_add_ip6_address(&lwip, ip_2_ip6(&prefix.address), &index) != ERR_OK || index < 0) return false;
  netif_ip6_addr_set_state(&lwip, index, IP6_ADDR_TENTATIVE);
  if (!gateway.empty()) {
    ip6_addr_copy(gateway6, *ip_2_ip6(&via));
    ip6_addr_assign_zone(&gateway6, IP6_UNICAST, &lwip);
    gateway6_interface = &lwip;
  }
  if (!netif_default) netif_set_default(&lwip);
  return true;
}

bool use_name_servers(std::string_view servers) {
  while (!servers.empty()) {
    std::size_t comma = servers.find(',');
    ip_addr_t address;
    if (!parse_address(servers.substr(0, comma), address) || !add_name_server(address)) return false;
    if (comma == servers.npos) break;
    servers.remove_prefix(comma + 1);
  }
  return true;
}

}  // namespace wick::net

/// The one option beyond lwIP's own that we ask for: the MTU.
extern "C" void wick_net_dhcp_option(netif* interface, std::uint8_t type, std::uint8_t option, std::uint8_t length,
                                     const pbuf* packet, std::uint16_t offset) {
  constexpr std::uint8_t kMtu = 26;
  std::uint8_t bytes[2];
  if (type != DHCP_ACK || option != kMtu || length != 2 || pbuf_copy_partial(packet, bytes, 2, offset) != 2) return;
  auto* own = static_cast<wick::net::Interface*>(interface->state);
  own->limit_mtu(static_cast<std::uint16_t>(bytes[0] << 8 | bytes[1]));
}

/// Asked by lwIP for destinations off the link; null means one of the routers that announce themselves.
extern "C" const ip6_addr_t* wick_net_gateway6(netif* interface, const ip6_addr_t*) {
  using namespace wick::net;
  return interface == gateway6_interface ? &gateway6 : nullptr;
}
