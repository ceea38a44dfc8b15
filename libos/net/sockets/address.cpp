// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "net/sockets/address.h"

#include <netinet/in.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "lwip/netif.h"

namespace wick::net {

int from_socket_address(const sockaddr* address, socklen_t length, int family, Endpoint& to) {
  if (!address) return -EFAULT;
  if (length < sizeof(sa_family_t)) return -EINVAL;
  to = {};
  if (address->sa_family == AF_INET && length >= sizeof(sockaddr_in)) {
    if (family != AF_INET) return -EAFNOSUPPORT;
    sockaddr_in in;
    std::memcpy(&in, address, sizeof(in));
    ip_addr_set_ip4_u32_val(to.address, in.sin_addr.s_addr);
    to.port = __builtin_bswap16(in.sin_port);
    return 0;
  }
  if (address->sa_family == AF_INET6 && length >= sizeof(sockaddr_in6)) {
    if (family != AF_INET6) return -EAFNOSUPPORT;
    sockaddr_in6 in;
    std::memcpy(&in, address, sizeof(in));
    to.port = __builtin_bswap16(in.sin6_port);
    ip6_addr_t address6{};
    std::memcpy(address6.addr, in.sin6_addr.s6_addr, 16);
    if (ip6_addr_isipv4mappedipv6(&address6)) {
      ip_addr_set_ip4_u32_val(to.address, address6.addr[3]);
      return 0;
    }
    ip6_addr_set_zone(&address6, static_cast<u8_t>(in.sin6_scope_id));
    ip_addr_copy_from_ip6(to.address, address6);
    return 0;
  }
  return address->sa_family == AF_INET || address->sa_family == AF_INET6 ? -EINVAL : -EAFNOSUPPORT;
}

void to_socket_address(const Endpoint& from, int family, sockaddr* address, socklen_t* length) {
  if (!address || !length) return;
  if (family == AF_INET) {
    sockaddr_in in{};
    in.sin_family = AF_INET;
    in.sin_port = __builtin_bswap16(from.port);
    if (!IP_IS_V6_VAL(from.address)) in.sin_addr.s_addr = ip_2_ip4(&from.address)->addr;
    std::memcpy(address, &in, std::min<std::size_t>(*length, sizeof(in)));
    *length = sizeof(in);
    return;
  }
  sockaddr_in6 in{};
  in.sin6_family = AF_INET6;
  in.sin6_port = __builtin_bswap16(from.port);
  if (IP_IS_V6_VAL(from.address) || IP_IS_ANY_TYPE_VAL(from.address)) {
    std::memcpy(in.sin6_addr.s6_addr, ip_2_ip6(&from.address)->addr, 16);
    in.sin6_scope_id = ip6_addr_zone(ip_2_ip6(&from.address));
  } else {
    in.sin6_addr.s6_addr[10] = in.sin6_addr.s6_addr[11] = 0xff;
    in.sin6_addr.s6_addr32[3] = ip_2_ip4(&from.address)->addr;
  }
  std::memcpy(address, &in, std::min<std::size_t>(*length, sizeof(in)));
  *length = sizeof(in);
}

void here_if_any(Endpoint& peer, int family) {
  if (!ip_addr_isany_val(peer.address)) return;
  if (family == AF_INET || IP_IS_V4_VAL(peer.address)) {
    peer.address = ip_addr_t IPADDR4_INIT_BYTES(127, 0, 0, 1);
  } else {
    peer.address = ip_addr_t IPADDR6_INIT_HOST(0, 0, 0, 1);
  }
}

int own_address(const ip_addr_t& address, bool datagrams) {
  if (ip_addr_isany_val(address) || (datagrams && ip_addr_ismulticast(&address))) return 0;
  netif* interface;
  NETIF_FOREACH(interface) {
    if (IP_IS_V6_VAL(address)) {
      if (netif_get_ip6_addr_match(interface, ip_2_ip6(&address)) >= 0) return 0;
      continue;
    }
    if (ip4_addr_eq(ip_2_ip4(&address), netif_ip4_addr(interface))) return 0;
    if (datagrams && ip4_addr_isbroadcast(ip_2_ip4(&address), interface)) return 0;
  }
  return -EADDRNOTAVAIL;
}

bool overlap(const ip_addr_t& a, const ip_addr_t& b) {
  if (IP_IS_ANY_TYPE_VAL(a) || IP_IS_ANY_TYPE_VAL(b)) return ip_addr_isany_val(a) || ip_addr_isany_val(b);
  if (IP_IS_V6_VAL(a) != IP_IS_V6_VAL(b)) return false;
  return ip_addr_isany_val(a) || ip_addr_isany_val(b) || ip_addr_eq(&a, &b);
}

std::uint16_t pick_port(bool (*used)(std::uint16_t port)) {
  constexpr std::uint32_t kFirst = 32768, kCount = 60999 - kFirst + 1;  // Linux' range
  const std::uint32_t start = wick_net_random() % kCount;
  for (std::uint32_t step = 0; step < kCount; ++step) {
    // The first tries are independent of each other; only a full table is searched in order.
    const std::uint32_t at = (step < 16 ? wick_net_random() : start + step) % kCount;
    const auto port = static_cast<std::uint16_t>(kFirst + at);
    if (!used(port)) return port;
  }
  return 0;
}

int errno_of(err_t error) {
  switch (error) {
    case ERR_OK:
      return 0;
    case ERR_MEM:
    case ERR_BUF:
      return ENOBUFS;
    case ERR_TIMEOUT:
      return ETIMEDOUT;
    case ERR_RTE:
      return EHOSTUNREACH;
    case ERR_INPROGRESS:
      return EINPROGRESS;
    case ERR_WOULDBLOCK:
      return EAGAIN;
    case ERR_USE:
      return EADDRINUSE;
    case ERR_ALREADY:
      return EALREADY;
    case ERR_ISCONN:
      return EISCONN;
    case ERR_CONN:
      return ENOTCONN;
    case ERR_ABRT:
      return ECONNABORTED;
    case ERR_RST:
      return ECONNRESET;
    case ERR_CLSD:
      return ENOTCONN;
    case ERR_IF:
      return ENETDOWN;
    default:
      return EINVAL;
  }
}

}  // namespace wick::net
