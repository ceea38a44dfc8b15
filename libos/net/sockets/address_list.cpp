// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "net/sockets/address_list.h"

#include <netinet/in.h>

#include <cstdlib>
#include <cstring>
#include <initializer_list>

namespace wick::net {
namespace {

struct Entry {
  addrinfo info;
  sockaddr_storage address;
};

}  // namespace

void AddressList::append(const Endpoint& endpoint, int family, int type) {
  const std::size_t name_bytes = canonical_ ? std::strlen(canonical_) + 1 : 0;
  auto* entry = static_cast<Entry*>(std::calloc(1, sizeof(Entry) + name_bytes));
  if (!entry) {
    no_memory_ = true;
    return;
  }
  socklen_t length = sizeof(entry->address);
  to_socket_address(endpoint, family, reinterpret_cast<sockaddr*>(&entry->address), &length);
  entry->info.ai_family = family;
  entry->info.ai_socktype = type;
  entry->info.ai_protocol = type == SOCK_DGRAM ? IPPROTO_UDP : IPPROTO_TCP;
  entry->info.ai_addrlen = length;
  entry->info.ai_addr = reinterpret_cast<sockaddr*>(&entry->address);
  if (canonical_) {
    entry->info.ai_canonname = static_cast<char*>(std::memcpy(entry + 1, canonical_, name_bytes));
    canonical_ = nullptr;
  }
  *end_ = &entry->info;
  end_ = &entry->info.ai_next;
}

void AddressList::add(const ip_addr_t& address, int family, int type) {
  for (int kind : {SOCK_STREAM, SOCK_DGRAM}) {
    if (type == 0 || type == kind) append({address, port_}, family, kind);
  }
}

}  // namespace wick::net

extern "C" void freeaddrinfo(addrinfo* list) {
  while (list) {
    addrinfo* next = list->ai_next;
    std::free(list);
    list = next;
  }
}
