// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// <ifaddrs.h> and the functions of <net/if.h>, for who calls them.

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "net/sockets/address.h"
#include "net/sockets/interfaces.h"
#include "posix/result.h"
#include "sched/lock.h"

namespace {

using namespace wick::net;
using wick::sched::Guard;
using wick::sched::State;

struct Entry {
  ifaddrs head;
  sockaddr_storage address, mask, everybody;
  char name[IF_NAMESIZE];
};

/// Entries at the end of a list.
class List {
 public:
  /// @return null without memory, of which failed() tells
  Entry* append(const netif& interface) {
    auto* made = static_cast<Entry*>(std::calloc(1, sizeof(Entry)));
    if (!made) return failed_ = true, nullptr;
    write_name(interface, made->name);
    made->head.ifa_name = made->name;
    made->head.ifa_flags = interface_flags(interface);
    made->head.ifa_addr = reinterpret_cast<sockaddr*>(&made->address);
    made->head.ifa_netmask = reinterpret_cast<sockaddr*>(&made->mask);
    *end_ = &made->head;
    end_ = &made->head.ifa_next;
    return made;
  }
  ifaddrs* first() const { return first_; }
  bool failed() const { return failed_; }

 private:
  ifaddrs* first_ = nullptr;
  ifaddrs** end_ = &first_;
  bool failed_ = false;
};

void put(const ip_addr_t& address, int family, sockaddr_storage& to) {
  socklen_t length = sizeof(to);
  to_socket_address({address, 0}, family, reinterpret_cast<sockaddr*>(&to), &length);
}

void put4(std::uint32_t address, sockaddr_storage& to) {
  ip_addr_t plain{};
  ip_addr_set_ip4_u32_val(plain, address);
  put(plain, AF_INET, to);
}

void add4(const netif& interface, List& list) {
  const std::uint32_t address = netif_ip4_addr(&interface)->addr, mask = netif_ip4_netmask(&interface)->addr;
  if (address == 0) return;
  Entry* const entry = list.append(interface);
  if (!entry) return;
  put4(address, entry->address);
  put4(mask, entry->mask);
  if ((entry->head.ifa_flags & IFF_BROADCAST) == 0) return;
  put4(address | ~mask, entry->everybody);
  entry->head.ifa_broadaddr = reinterpret_cast<sockaddr*>(&entry->everybody);
}

void add6(const netif& interface, List& list) {
  for (s8_t at = 0; at < LWIP_IPV6_NUM_ADDRESSES; ++at) {
    if (!ip6_addr_isvalid(netif_ip6_addr_state(&interface, at))) continue;
    Entry* const entry = list.append(interface);
    if (!entry) return;
    put(*netif_ip_addr6(&interface, at), AF_INET6, entry->address);
    auto& mask = reinterpret_cast<sockaddr_in6&>(entry->mask);
    mask.sin6_family = AF_INET6;
    const bool alone = ip6_addr_isloopback(netif_ip6_addr(&interface, at));  // a /128; all others are of a /64
    std::memset(&mask.sin6_addr, 0xff, alone ? 16 : 8);
  }
}

}  // namespace

extern "C" {

int getifaddrs(ifaddrs** to) {
  const Guard guard(State::network);
  List list;
  netif* interface;
  NETIF_FOREACH(interface) { add4(*interface, list); }
  NETIF_FOREACH(interface) { add6(*interface, list); }
  if (list.failed()) {
    freeifaddrs(list.first());
    return wick::posix::int_result(-ENOMEM);
  }
  *to = list.first();
  return 0;
}

void freeifaddrs(ifaddrs* list) {
  while (list) {
    ifaddrs* const next = list->ifa_next;
    std::free(list);
    list = next;
  }
}

unsigned if_nametoindex(const char* name) {
  const Guard guard(State::network);
  const netif* found = find_interface(name);
  if (!found) errno = ENODEV;
  return found ? netif_get_index(found) : 0;
}

char* if_indextoname(unsigned index, char* name) {
  const Guard guard(State::network);
  const netif* found = index > 0 && index < 256 ? netif_get_by_index(static_cast<u8_t>(index)) : nullptr;
  if (!found) {
    errno = ENXIO;
    return nullptr;
  }
  write_name(*found, *reinterpret_cast<char(*)[IF_NAMESIZE]>(name));
  return name;
}

/// One allocation: the table, then the names.
struct if_nameindex* if_nameindex(void) {
  const Guard guard(State::network);
  std::size_t count = 0;
  netif* interface;
  NETIF_FOREACH(interface) { ++count; }
  auto* table = static_cast<struct if_nameindex*>(
      std::calloc(1, (count + 1) * sizeof(struct if_nameindex) + count * IF_NAMESIZE));
  if (!table) {
    errno = ENOBUFS;
    return nullptr;
  }
  auto* names = reinterpret_cast<char(*)[IF_NAMESIZE]>(table + count + 1);
  std::size_t at = 0;
  NETIF_FOREACH(interface) {
    write_name(*interface, names[at]);
    table[at] = {netif_get_index(interface), names[at]};
    ++at;
  }
  return table;
}

void if_freenameindex(struct if_nameindex* list) { std::free(list); }

}  // extern "C"
