// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "net/sockets/interfaces.h"

#include <netinet/in.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <cstring>

#include "net/sockets/address.h"

namespace wick::net {

namespace {

constexpr int kLoopbackMtu = 65536;                       // lwIP's has none
constexpr unsigned short kEthernet = 1, kLoopback = 772;  // ARPHRD_ of Linux

bool is_loopback(const netif& interface) { return interface.name[0] == 'l' && interface.name[1] == 'o'; }

void put_address(const ip4_addr_t& address, sockaddr& to) {
  sockaddr_in in{};
  in.sin_family = AF_INET;
  in.sin_addr.s_addr = address.addr;
  static_assert(sizeof(in) == sizeof(to));
  std::memcpy(&to, &in, sizeof(in));
}

fs::Outcome list(ifconf& to) {
  int used = 0;
  netif* interface;
  NETIF_FOREACH(interface) {
    if (ip4_addr_isany(netif_ip4_addr(interface))) continue;
    if (to.ifc_req) {
      if (to.ifc_len - used < static_cast<int>(sizeof(ifreq))) break;
      ifreq& entry = to.ifc_req[static_cast<unsigned>(used) / sizeof(ifreq)];
      entry = {};
      write_name(*interface, entry.ifr_name);
      put_address(*netif_ip4_addr(interface), entry.ifr_addr);
    }
    used += static_cast<int>(sizeof(ifreq));
  }
  to.ifc_len = used;
  return 0;
}

fs::Outcome answer(unsigned long request, const netif& interface, ifreq& to) {
  switch (request) {
    case SIOCGIFFLAGS:
      to.ifr_flags = static_cast<short>(interface_flags(interface));
      return 0;
    case SIOCGIFMTU:
      to.ifr_mtu = is_loopback(interface) ? kLoopbackMtu : interface.mtu;
      return 0;
    case SIOCGIFINDEX:
      to.ifr_ifindex = netif_get_index(&interface);
      return 0;
    case SIOCGIFHWADDR:
      to.ifr_hwaddr = {};
      to.ifr_hwaddr.sa_family = is_loopback(interface) ? kLoopback : kEthernet;
      std::memcpy(to.ifr_hwaddr.sa_data, interface.hwaddr, interface.hwaddr_len);
      return 0;
    default:
      break;
  }
  const ip4_addr_t& address = *netif_ip4_addr(&interface);
  const ip4_addr_t& mask = *netif_ip4_netmask(&interface);
  if (ip4_addr_isany_val(address)) return -EADDRNOTAVAIL;
  if (request == SIOCGIFADDR) return put_address(address, to.ifr_addr), 0;
  if (request == SIOCGIFNETMASK) return put_address(mask, to.ifr_netmask), 0;
  const ip4_addr_t everybody{address.addr | ~mask.addr};
  return put_address(everybody, to.ifr_broadaddr), 0;
}

bool known(unsigned long request) {
  switch (request) {
    case SIOCGIFFLAGS:
    case SIOCGIFMTU:
    case SIOCGIFINDEX:
    case SIOCGIFHWADDR:
    case SIOCGIFADDR:
    case SIOCGIFNETMASK:
    case SIOCGIFBRDADDR:
      return true;
    default:
      return false;
  }
}

}  // namespace

void write_name(const netif& interface, char (&to)[IF_NAMESIZE]) {
  std::size_t used = 0;
  to[used++] = interface.name[0];
  to[used++] = interface.name[1];
  if (!is_loopback(interface)) {
    if (interface.num >= 100) to[used++] = static_cast<char>('0' + interface.num / 100);
    if (interface.num >= 10) to[used++] = static_cast<char>('0' + interface.num / 10 % 10);
    to[used++] = static_cast<char>('0' + interface.num % 10);
  }
  to[used] = '\0';
}

netif* find_interface(const char* name) {
  char own[IF_NAMESIZE];
  netif* interface;
  NETIF_FOREACH(interface) {
    write_name(*interface, own);
    if (std::strcmp(own, name) == 0) return interface;
  }
  return nullptr;
}

unsigned interface_flags(const netif& interface) {
  unsigned flags = is_loopback(interface) ? IFF_LOOPBACK : IFF_BROADCAST | IFF_MULTICAST;
  if (netif_is_up(&interface)) flags |= IFF_UP;
  if (netif_is_link_up(&interface) || is_loopback(interface)) flags |= IFF_RUNNING;
  return flags;
}

fs::Outcome interface_request(unsigned long request, void* argument) {
  if (request != SIOCGIFCONF && request != SIOCGIFNAME && !known(request)) return -ENOTTY;
  if (!argument) return -EFAULT;
  if (request == SIOCGIFCONF) return list(*static_cast<ifconf*>(argument));
  ifreq& asked = *static_cast<ifreq*>(argument);
  if (request == SIOCGIFNAME) {
    const netif* found = asked.ifr_ifindex > 0 && asked.ifr_ifindex < 256
                             ? netif_get_by_index(static_cast<u8_t>(asked.ifr_ifindex))
                             : nullptr;
    if (!found) return -ENODEV;
    write_name(*found, asked.ifr_name);
    return 0;
  }
  asked.ifr_name[IF_NAMESIZE - 1] = '\0';
  const netif* found = find_interface(asked.ifr_name);
  return found ? answer(request, *found, asked) : -ENODEV;
}

}  // namespace wick::net
