// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// <netdb.h>: names by lwIP's DNS client, whose callback wakes the thread that asked.

#include <arpa/inet.h>
#include <netdb.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "lwip/dns.h"
#include "net/sockets/address.h"
#include "sched/thread.h"

namespace {

using wick::net::Endpoint;

struct Query {
  wick::sched::WaitQueue done;
  bool waiting = true, found = false;
  ip_addr_t address{};
};

/// @return whether the name has an address of that type
bool resolve(const char* name, u8_t type, ip_addr_t& address) {
  Query query;
  const err_t error = dns_gethostbyname_addrtype(
      name, &query.address,
      [](const char*, const ip_addr_t* found, void* argument) {
        auto& asked = *static_cast<Query*>(argument);
        asked.waiting = false;
        asked.found = found != nullptr;
        if (found != nullptr) asked.address = *found;
        asked.done.wake_all();
      },
      &query, type);
  if (error == ERR_INPROGRESS) {
    while (query.waiting) query.done.wait();  // the client gives up by itself after its retries
  } else {
    query.found = error == ERR_OK;
  }
  address = query.address;
  return query.found;
}

bool parse_service(const char* service, std::uint16_t& port) {
  port = 0;
  if (service == nullptr) return true;
  const std::string_view text(service);
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error == std::errc{} && end == text.data() + text.size()) return true;
  struct Known {
    std::string_view name;
    std::uint16_t port;
  };
  constexpr Known kKnown[] = {{"http", 80}, {"https", 443}, {"echo", 7}, {"domain", 53}, {"ntp", 123}, {"mqtt", 1883}};
  for (const Known& known : kKnown) {
    if (known.name == text) return port = known.port, true;
  }
  return false;
}

/// One allocation holds the entry and its address.
struct Entry {
  addrinfo info;
  sockaddr_storage address;
};

bool append(addrinfo**& end, const Endpoint& endpoint, int family, int type) {
  auto* entry = static_cast<Entry*>(std::calloc(1, sizeof(Entry)));
  if (entry == nullptr) return false;
  socklen_t length = sizeof(entry->address);
  wick::net::to_socket_address(endpoint, family, reinterpret_cast<sockaddr*>(&entry->address), &length);
  entry->info.ai_family = family;
  entry->info.ai_socktype = type;
  entry->info.ai_protocol = type == SOCK_DGRAM ? IPPROTO_UDP : IPPROTO_TCP;
  entry->info.ai_addrlen = length;
  entry->info.ai_addr = reinterpret_cast<sockaddr*>(&entry->address);
  *end = &entry->info;
  end = &entry->info.ai_next;
  return true;
}

}  // namespace

extern "C" {

int getaddrinfo(const char* node, const char* service, const addrinfo* hints, addrinfo** result) {
  const int flags = hints != nullptr ? hints->ai_flags : 0;
  const int wanted = hints != nullptr ? hints->ai_family : AF_UNSPEC;
  const int type = hints != nullptr && hints->ai_socktype != 0 ? hints->ai_socktype : SOCK_STREAM;
  *result = nullptr;
  if (wanted != AF_UNSPEC && wanted != AF_INET && wanted != AF_INET6) return EAI_FAMILY;
  if (type != SOCK_STREAM && type != SOCK_DGRAM) return EAI_SOCKTYPE;
  if (node == nullptr && service == nullptr) return EAI_NONAME;
  Endpoint endpoint{};
  if (!parse_service(service, endpoint.port)) return EAI_SERVICE;
  addrinfo** end = result;
  bool memory = true;
  for (const int family : {AF_INET, AF_INET6}) {
    if (wanted != AF_UNSPEC && wanted != family) continue;
    const bool v4 = family == AF_INET;
    bool found = false;
    if (node == nullptr) {
      const bool passive = (flags & AI_PASSIVE) != 0;
      endpoint.address = v4 ? (passive ? *IP4_ADDR_ANY : ip_addr_t IPADDR4_INIT_BYTES(127, 0, 0, 1)) : *IP6_ADDR_ANY;
      if (!v4 && !passive) ip_2_ip6(&endpoint.address)->addr[3] = PP_HTONL(1);
      found = true;
    } else if (ip_addr_t numeric; ipaddr_aton(node, &numeric) != 0) {
      found = (IP_IS_V6_VAL(numeric) != 0) != v4;
      endpoint.address = numeric;
    } else if ((flags & AI_NUMERICHOST) == 0) {
      found = resolve(node, v4 ? LWIP_DNS_ADDRTYPE_IPV4 : LWIP_DNS_ADDRTYPE_IPV6, endpoint.address);
    }
    if (found) memory = append(end, endpoint, family, type) && memory;
  }
  if (*result != nullptr) return 0;
  return memory ? EAI_NONAME : EAI_MEMORY;
}

void freeaddrinfo(addrinfo* list) {
  while (list != nullptr) {
    addrinfo* next = list->ai_next;
    std::free(list);
    list = next;
  }
}

const char* gai_strerror(int error) {
  switch (error) {
    case 0:
      return "success";
    case EAI_NONAME:
      return "the name has no address";
    case EAI_SERVICE:
      return "the service is not known";
    case EAI_FAMILY:
      return "the address family is not supported";
    case EAI_SOCKTYPE:
      return "the socket type is not supported";
    case EAI_MEMORY:
      return "out of memory";
    default:
      return "name resolution failed";
  }
}

int getnameinfo(const sockaddr* address, socklen_t length, char* host, socklen_t host_capacity, char* service,
                socklen_t service_capacity, int) {
  Endpoint endpoint;
  if (address == nullptr || wick::net::from_socket_address(address, length, address->sa_family, endpoint) != 0)
    return EAI_FAMILY;
  if (host != nullptr && host_capacity != 0 &&
      ipaddr_ntoa_r(&endpoint.address, host, static_cast<int>(host_capacity)) == nullptr) {
    return EAI_MEMORY;
  }
  if (service != nullptr && service_capacity != 0) std::snprintf(service, service_capacity, "%u", endpoint.port);
  return 0;
}

hostent* gethostbyname(const char* name) {
  static in_addr address;
  static char* list[] = {reinterpret_cast<char*>(&address), nullptr};
  static char* none[] = {nullptr};
  static char kept[DNS_MAX_NAME_LENGTH];
  static hostent entry;
  ip_addr_t found;
  if (!resolve(name, LWIP_DNS_ADDRTYPE_IPV4, found)) return nullptr;
  address.s_addr = ip_2_ip4(&found)->addr;
  std::snprintf(kept, sizeof(kept), "%s", name);
  entry = {kept, none, AF_INET, sizeof(address), list};
  return &entry;
}

}  // extern "C"
