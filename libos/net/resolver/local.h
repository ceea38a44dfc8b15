// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the appliance's own files say of names and services, before anybody is asked.

#include <span>

#include "net/resolver/lookup.h"

namespace wick::net {

/// Adds what /etc/hosts has for a name. @return whether the name stands there
[[nodiscard]] bool find_in_hosts(std::string_view name, bool ipv4, bool ipv6, Addresses& to);

/// The first name of an address. @return false: /etc/hosts has none
[[nodiscard]] bool find_in_hosts(const ip_addr_t& address, std::span<char> to);

/// By /etc/services, and without one by a short list. @param protocol "tcp", "udp", or empty for any  @return 0:
/// unknown
std::uint16_t find_service(std::string_view name, std::string_view protocol);

/// @return false: it has no name
[[nodiscard]] bool find_service(std::uint16_t port, std::string_view protocol, std::span<char> to);

/// The domains of /etc/resolv.conf that a short name may be in.
class SearchList {
 public:
  SearchList();
  /// Whether a name of so many dots is tried as it is before it is tried in a domain.
  bool as_it_is_first(std::string_view name) const;
  std::size_t count() const { return count_; }
  std::string_view operator[](std::size_t number) const { return domains_[number]; }

 private:
  static constexpr std::size_t kMaxDomains = 6;
  static constexpr std::size_t kMaxBytes = 256;
  void set(std::string_view domain);

  char text_[kMaxBytes];
  std::string_view domains_[kMaxDomains];
  std::size_t count_ = 0, used_ = 0;
  std::size_t dots_ = 1;
};

}  // namespace wick::net
