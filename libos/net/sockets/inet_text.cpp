// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// <arpa/inet.h>: addresses as text and from it, and byte order.

#include <arpa/inet.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>

#include "lwip/ip4_addr.h"
#include "lwip/ip6_addr.h"
#include "net/address_text.h"

namespace {

/// inet_pton() takes four decimal numbers only, where inet_aton() and lwIP know shorter and octal forms.
bool is_dotted_decimal(const char* text) {
  unsigned numbers = 0;
  for (;; ++text) {
    unsigned digits = 0, value = 0;
    const bool zero = *text == '0';
    for (; *text >= '0' && *text <= '9'; ++text, ++digits) value = value * 10 + static_cast<unsigned>(*text - '0');
    if (digits == 0 || digits > 3 || value > 255 || (zero && digits > 1)) return false;
    if (++numbers == 4) return *text == 0;
    if (*text != '.') return false;
  }
}

/// The form x:x:x:x:x:x:d.d.d.d (RFC 4291 §2.2), which lwIP knows of mapped addresses only. @return it in hexadecimal
/// numbers, or `text`; null: it is none
const char* without_dots(const char* text, char (&room)[INET6_ADDRSTRLEN]) {
  const char* colon = std::strrchr(text, ':');
  if (!colon || !std::strchr(colon, '.')) return text;
  const auto before = static_cast<std::size_t>(colon - text) + 1;
  in_addr last;
  constexpr std::size_t kTwoNumbers = sizeof "ffff:ffff";
  if (!is_dotted_decimal(colon + 1) || before + kTwoNumbers > sizeof(room)) return nullptr;
  inet_aton(colon + 1, &last);
  std::memcpy(room, text, before);
  const std::uint32_t bits = ntohl(last.s_addr);
  std::snprintf(room + before, kTwoNumbers, "%x:%x", static_cast<unsigned>(bits >> 16),
                static_cast<unsigned>(bits & 0xffff));
  return room;
}

}  // namespace

extern "C" {

const in6_addr in6addr_any = IN6ADDR_ANY_INIT;
const in6_addr in6addr_loopback = IN6ADDR_LOOPBACK_INIT;

std::uint16_t htons(std::uint16_t value) { return __builtin_bswap16(value); }
std::uint16_t ntohs(std::uint16_t value) { return __builtin_bswap16(value); }
std::uint32_t htonl(std::uint32_t value) { return __builtin_bswap32(value); }
std::uint32_t ntohl(std::uint32_t value) { return __builtin_bswap32(value); }

int inet_aton(const char* text, in_addr* to) {
  ip4_addr_t address;
  if (ip4addr_aton(text, &address) == 0) return 0;
  if (to) to->s_addr = address.addr;
  return 1;
}

in_addr_t inet_addr(const char* text) {
  in_addr address;
  return inet_aton(text, &address) != 0 ? address.s_addr : INADDR_NONE;
}

const char* inet_ntop(int family, const void* from, char* to, socklen_t capacity) {
  if (family != AF_INET && family != AF_INET6) {
    errno = EAFNOSUPPORT;
    return nullptr;
  }
  const auto* bytes = static_cast<const std::uint8_t*>(from);
  if (wick::net::write_address({bytes, family == AF_INET ? 4u : 16u}, {to, capacity}) == 0) {
    errno = ENOSPC;
    return nullptr;
  }
  return to;
}

char* inet_ntoa(in_addr address) {
  static char text[INET_ADDRSTRLEN];
  inet_ntop(AF_INET, &address, text, sizeof(text));
  return text;
}

int inet_pton(int family, const char* text, void* to) {
  if (family == AF_INET) {
    if (!is_dotted_decimal(text)) return 0;
    return inet_aton(text, static_cast<in_addr*>(to));
  }
  if (family == AF_INET6) {
    ip6_addr_t address{};
    char room[INET6_ADDRSTRLEN];
    if (std::strchr(text, '%') || !(text = without_dots(text, room))) return 0;
    if (ip6addr_aton(text, &address) == 0) return 0;
    std::memcpy(to, address.addr, sizeof(address.addr));
    return 1;
  }
  errno = EAFNOSUPPORT;
  return -1;
}

}  // extern "C"
