// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// <netdb.h>: addresses to names, by the appliance's own files; no server is asked. And what errors mean.

#include <netdb.h>

#include <cstdio>
#include <string_view>

#include "net/address_text.h"
#include "net/resolver/local.h"
#include "net/sockets/address.h"

namespace {

using namespace wick::net;

/// @return 0 or EAI_...
int write_host(const sockaddr* address, const Endpoint& endpoint, std::span<char> to, int flags) {
  if ((flags & NI_NUMERICHOST) == 0 && find_in_hosts(endpoint.address, to)) return 0;
  if ((flags & NI_NAMEREQD) != 0) return EAI_NONAME;
  const bool v6 = address->sa_family == AF_INET6;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(address) +
                      (v6 ? offsetof(sockaddr_in6, sin6_addr) : offsetof(sockaddr_in, sin_addr));
  return write_address({bytes, v6 ? 16u : 4u}, to) == 0 ? EAI_OVERFLOW : 0;
}

int write_service(std::uint16_t port, std::span<char> to, int flags) {
  const std::string_view protocol = (flags & NI_DGRAM) != 0 ? "udp" : "tcp";
  if ((flags & NI_NUMERICSERV) == 0 && find_service(port, protocol, to)) return 0;
  const int written = std::snprintf(to.data(), to.size(), "%u", port);
  return written < 0 || static_cast<std::size_t>(written) >= to.size() ? EAI_OVERFLOW : 0;
}

}  // namespace

extern "C" {

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
  const bool want_host = host && host_capacity != 0, want_service = service && service_capacity != 0;
  if (!want_host && !want_service) return EAI_NONAME;
  if (const int wrong = want_host ? write_host(address, endpoint, {host, host_capacity}, flags) : 0) return wrong;
  return want_service ? write_service(endpoint.port, {service, service_capacity}, flags) : 0;
}

}  // extern "C"
