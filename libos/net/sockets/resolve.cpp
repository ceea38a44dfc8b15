// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// <netdb.h>: names to addresses, by the appliance's own files and net/resolver.

#include <arpa/inet.h>
#include <netdb.h>
#include <strings.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "lwip/dhcp.h"
#include "lwip/netif.h"
#include "net/address_text.h"
#include "net/resolver/local.h"
#include "net/sockets/address_list.h"
#include "sched/lock.h"

namespace {

using namespace wick::net;

constexpr int kFlags =
    AI_PASSIVE | AI_CANONNAME | AI_NUMERICHOST | AI_V4MAPPED | AI_ALL | AI_ADDRCONFIG | AI_NUMERICSERV;

/// @return 0 or EAI_...
int parse_service(const char* service, int flags, int type, std::uint16_t& port) {
  port = 0;
  if (!service) return 0;
  const std::string_view text(service);
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error == std::errc{} && end == text.data() + text.size()) return 0;
  if ((flags & AI_NUMERICSERV) != 0) return EAI_NONAME;
  port = find_service(text, type == SOCK_STREAM ? "tcp" : type == SOCK_DGRAM ? "udp" : "");
  if (port != 0) return 0;
  return EAI_SERVICE;
}

struct Configured {
  bool ipv4 = false, ipv6 = false, global6 = false;
};

/// What kinds of addresses this machine has or is about to have, loopback aside (RFC 3493 §6.1).
Configured configured() {
  Configured have;
  netif* interface;
  NETIF_FOREACH(interface) {
    if (ip4_addr_isloopback(netif_ip4_addr(interface))) continue;
    have.ipv4 |= !ip4_addr_isany(netif_ip4_addr(interface)) || netif_dhcp_data(interface);
    for (s8_t at = 0; at < LWIP_IPV6_NUM_ADDRESSES; ++at) {
      have.ipv6 |= !ip6_addr_isinvalid(netif_ip6_addr_state(interface, at));
      if (!ip6_addr_isvalid(netif_ip6_addr_state(interface, at))) continue;
      have.global6 |= !ip6_addr_islinklocal(netif_ip6_addr(interface, at));
    }
  }
  return have;
}

int error_of(Trouble trouble) {
  switch (trouble) {
    case Trouble::none:
      return 0;
    case Trouble::again:
      return EAI_AGAIN;
    case Trouble::refused:
      return EAI_FAIL;
    case Trouble::no_memory:
      return EAI_MEMORY;
    default:
      return EAI_NONAME;
  }
}

/// RFC 6761 §6.3: this machine, and never a question to a server.
bool is_localhost(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  return name.size() == 9 && strncasecmp(name.data(), "localhost", 9) == 0;
}

ip_addr_t loopback(bool v6) {
  if (v6) return ip_addr_t IPADDR6_INIT_HOST(0, 0, 0, 1);
  return ip_addr_t IPADDR4_INIT_BYTES(127, 0, 0, 1);
}

/// @return false: it is a name
bool read_numeric(const char* text, ip_addr_t& to) {
  if (ipaddr_aton(text, &to) != 0) return true;
  in6_addr address;
  if (inet_pton(AF_INET6, text, &address) != 1) return false;
  to = ip_addr_t{};
  IP_SET_TYPE_VAL(to, IPADDR_TYPE_V6);
  std::memcpy(ip_2_ip6(&to)->addr, &address, sizeof(address));
  return true;
}

/// @param v6 of the address  @return whether a caller who wants this family takes it
bool wanted(bool v6, int family) { return family == AF_UNSPEC || (family == AF_INET6) == v6; }

struct Hints {
  int flags = AI_V4MAPPED | AI_ADDRCONFIG, family = AF_UNSPEC, type = 0;
};

/// @return 0 or EAI_...
int check(const addrinfo* from, Hints& hints) {
  if (!from) return 0;
  hints = {from->ai_flags, from->ai_family, from->ai_socktype};
  if ((hints.flags & ~kFlags) != 0) return EAI_BADFLAGS;
  if (hints.family != AF_UNSPEC && hints.family != AF_INET && hints.family != AF_INET6) return EAI_FAMILY;
  if (hints.type == 0) {
    hints.type = from->ai_protocol == IPPROTO_TCP ? SOCK_STREAM : from->ai_protocol == IPPROTO_UDP ? SOCK_DGRAM : 0;
  }
  if (hints.type != 0 && hints.type != SOCK_STREAM && hints.type != SOCK_DGRAM) return EAI_SOCKTYPE;
  const int protocol = hints.type == SOCK_DGRAM ? IPPROTO_UDP : IPPROTO_TCP;
  if (from->ai_protocol != 0 && from->ai_protocol != protocol) return EAI_SOCKTYPE;
  return 0;
}

/// Puts what was found into the list, the kind first that this machine can reach everywhere.
void add_found(AddressList& list, const Addresses& found, const Hints& hints, bool six_first) {
  const bool mapped = hints.family == AF_INET6;
  bool six = false;
  for (std::size_t at = 0; at < found.count; ++at) six |= IP_IS_V6_VAL(found.list[at]) != 0;
  for (bool v6 : {six_first, !six_first}) {
    if (mapped && !v6 && six && (hints.flags & AI_ALL) == 0) continue;
    for (std::size_t at = 0; at < found.count; ++at) {
      if ((IP_IS_V6_VAL(found.list[at]) != 0) != v6) continue;
      list.add(found.list[at], v6 || mapped ? AF_INET6 : AF_INET, hints.type);
    }
  }
}

/// Asks for the name, and for what it may be short for.
Trouble search(std::string_view name, bool ipv4, bool ipv6, Addresses& found) {
  const SearchList domains;
  const bool first = domains.count() == 0 || name.ends_with('.') || domains.as_it_is_first(name);
  Trouble trouble = first ? look_up(name, ipv4, ipv6, found) : Trouble::no_such_name;
  const auto go_on = [&] { return trouble == Trouble::no_such_name || trouble == Trouble::no_address; };
  for (std::size_t at = 0; at < domains.count() && go_on() && !name.ends_with('.'); ++at) {
    char whole[dns::kMaxName + 1];
    const int length = std::snprintf(whole, sizeof(whole), "%.*s.%.*s", static_cast<int>(name.size()), name.data(),
                                     static_cast<int>(domains[at].size()), domains[at].data());
    if (static_cast<std::size_t>(length) >= sizeof(whole)) continue;
    found.release();
    trouble = look_up(whole, ipv4, ipv6, found);
  }
  if (first || !go_on()) return trouble;
  found.release();
  return look_up(name, ipv4, ipv6, found);
}

Trouble find(std::string_view name, bool ipv4, bool ipv6, Addresses& found) {
  if (!find_in_hosts(name, ipv4, ipv6, found)) return search(name, ipv4, ipv6, found);
  if (found.no_memory) return Trouble::no_memory;
  return found.count != 0 ? Trouble::none : Trouble::no_address;
}

int resolve(const char* node, const Hints& hints, std::uint16_t port, addrinfo** result) {
  const wick::sched::Guard guard(wick::sched::State::network);
  const bool mapping = hints.family == AF_INET6 && (hints.flags & AI_V4MAPPED) != 0;
  bool ipv4 = wanted(false, hints.family) || mapping, ipv6 = wanted(true, hints.family);
  const Configured have = configured();
  if ((hints.flags & AI_ADDRCONFIG) != 0 && (have.ipv4 || have.ipv6)) {
    ipv4 &= have.ipv4;
    ipv6 &= have.ipv6;
  }
  if (!ipv4 && !ipv6) return EAI_NONAME;
  Addresses found;
  const Trouble trouble = find(node, ipv4, ipv6, found);
  int outcome = error_of(trouble);
  if (trouble == Trouble::none) {
    AddressList list((hints.flags & AI_CANONNAME) != 0 ? found.canonical : nullptr, port);
    add_found(list, found, hints, hints.family == AF_INET6 || have.global6);
    *result = list.take();
    if (list.no_memory()) {
      freeaddrinfo(*result);
      *result = nullptr;
      outcome = EAI_MEMORY;
    }
  }
  found.release();
  return outcome;
}

}  // namespace

extern "C" {

int h_errno;

int getaddrinfo(const char* node, const char* service, const addrinfo* given, addrinfo** result) {
  *result = nullptr;
  Hints hints;
  if (int wrong = check(given, hints)) return wrong;
  if (!node && !service) return EAI_NONAME;
  if (!node && (hints.flags & AI_CANONNAME) != 0) return EAI_BADFLAGS;
  std::uint16_t port;
  if (int wrong = parse_service(service, hints.flags, hints.type, port)) return wrong;
  const bool canonical = (hints.flags & AI_CANONNAME) != 0;
  AddressList list(canonical ? node : nullptr, port);
  ip_addr_t numeric;
  if (!node || is_localhost(node)) {
    if (node && (hints.flags & AI_NUMERICHOST) != 0) return EAI_NONAME;
    const bool any = !node && (hints.flags & AI_PASSIVE) != 0;
    for (bool v6 : {false, true}) {
      const ip_addr_t address = !any ? loopback(v6) : v6 ? *IP6_ADDR_ANY : *IP4_ADDR_ANY;
      if (wanted(v6, hints.family)) list.add(address, v6 ? AF_INET6 : AF_INET, hints.type);
    }
  } else if (read_numeric(node, numeric)) {
    const bool v6 = IP_IS_V6_VAL(numeric) != 0;
    const bool mapping = !v6 && hints.family == AF_INET6 && (hints.flags & AI_V4MAPPED) != 0;
    if (!wanted(v6, hints.family) && !mapping) return EAI_ADDRFAMILY;
    list.add(numeric, v6 || mapping ? AF_INET6 : AF_INET, hints.type);
  } else if ((hints.flags & AI_NUMERICHOST) != 0) {
    return EAI_NONAME;
  } else {
    return resolve(node, hints, port, result);
  }
  *result = list.take();
  if (!list.no_memory()) return 0;
  freeaddrinfo(*result);
  *result = nullptr;
  return EAI_MEMORY;
}

hostent* gethostbyname(const char* name) {
  constexpr int kMax = 32;
  static in_addr addresses[kMax];
  static char* list[kMax + 1];
  static char* none[] = {nullptr};
  static char kept[dns::kMaxName + 1];
  static hostent entry;
  addrinfo hints{}, *found;
  hints.ai_family = AF_INET;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_CANONNAME;
  if (const int error = getaddrinfo(name, nullptr, &hints, &found); error != 0) {
    h_errno = error == EAI_AGAIN ? TRY_AGAIN : error == EAI_NONAME ? HOST_NOT_FOUND : NO_RECOVERY;
    return nullptr;
  }
  int count = 0;
  for (const addrinfo* one = found; one && count < kMax; one = one->ai_next, ++count) {
    addresses[count] = reinterpret_cast<const sockaddr_in*>(one->ai_addr)->sin_addr;
    list[count] = reinterpret_cast<char*>(&addresses[count]);
  }
  list[count] = nullptr;
  std::snprintf(kept, sizeof(kept), "%s", found->ai_canonname);
  freeaddrinfo(found);
  entry = {kept, none, AF_INET, sizeof(in_addr), list};
  return &entry;
}

}  // extern "C"
