// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// <netdb.h>: names to addresses, by net/resolver. Addresses to names are not asked for: getnameinfo() writes numbers.

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
#include "net/resolver/lookup.h"
#include "net/sockets/address_list.h"
#include "sched/lock.h"

namespace {

using namespace wick::net;

constexpr int kFlags =
    AI_PASSIVE | AI_CANONNAME | AI_NUMERICHOST | AI_V4MAPPED | AI_ALL | AI_ADDRCONFIG | AI_NUMERICSERV;

/// @return 0 or EAI_...
int parse_service(const char* service, int flags, std::uint16_t& port) {
  port = 0;
  if (!service) return 0;
  const std::string_view text(service);
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error == std::errc{} && end == text.data() + text.size()) return 0;
  if ((flags & AI_NUMERICSERV) != 0) return EAI_NONAME;
  struct Known {
    std::string_view name;
    std::uint16_t port;
  };
  constexpr Known kKnown[] = {{"http", 80}, {"https", 443}, {"echo", 7}, {"domain", 53}, {"ntp", 123}, {"mqtt", 1883}};
  for (const Known& known : kKnown) {
    if (known.name == text) return port = known.port, 0;
  }
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
  const Trouble trouble = look_up(node, ipv4, ipv6, found);
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
  if (int wrong = parse_service(service, hints.flags, port)) return wrong;
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

const char* gai_strerror(int error) {
  switch (error) {
    case 0:
      return "success";
    case EAI_BADFLAGS:
      return "the flags are not understood";
    case EAI_NONAME:
      return "the name has no address";
    case EAI_AGAIN:
      return "no name server has answered, or it failed; try again later";
    case EAI_FAIL:
      return "the name servers refuse to answer";
    case EAI_SERVICE:
      return "the service is not known";
    case EAI_FAMILY:
      return "the address family is not supported";
    case EAI_ADDRFAMILY:
      return "the address is of another family";
    case EAI_SOCKTYPE:
      return "the socket type is not supported";
    case EAI_MEMORY:
      return "out of memory";
    case EAI_OVERFLOW:
      return "the buffer is too small";
    default:
      return "name resolution failed";
  }
}

int getnameinfo(const sockaddr* address, socklen_t length, char* host, socklen_t host_capacity, char* service,
                socklen_t service_capacity, int flags) {
  Endpoint endpoint;
  if (!address || length < sizeof(sa_family_t) ||
      from_socket_address(address, length, address->sa_family, endpoint) != 0) {
    return EAI_FAMILY;
  }
  const bool want_host = host && host_capacity != 0, want_service = service && service_capacity;
  if ((!want_host && !want_service) || (want_host && (flags & NI_NAMEREQD) != 0)) return EAI_NONAME;
  if (want_host) {
    const bool v6 = address->sa_family == AF_INET6;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(address) +
                        (v6 ? offsetof(sockaddr_in6, sin6_addr) : offsetof(sockaddr_in, sin_addr));
    if (write_address({bytes, v6 ? 16u : 4u}, {host, host_capacity}) == 0) return EAI_OVERFLOW;
  }
  if (want_service) {
    const int written = std::snprintf(service, service_capacity, "%u", endpoint.port);
    if (written < 0 || static_cast<socklen_t>(written) >= service_capacity) return EAI_OVERFLOW;
  }
  return 0;
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
