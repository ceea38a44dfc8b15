// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "net/resolver/local.h"

#include <arpa/inet.h>
#include <strings.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "net/resolver/text_file.h"

namespace wick::net {

namespace {

constexpr std::string_view kHosts = "/etc/hosts", kServices = "/etc/services", kResolver = "/etc/resolv.conf";

struct Service {
  std::string_view name;
  std::uint16_t port;
};
constexpr Service kUsual[] = {{"echo", 7},    {"ftp", 21},    {"ssh", 22},    {"telnet", 23},  {"smtp", 25},
                              {"domain", 53}, {"http", 80},   {"pop3", 110},  {"ntp", 123},    {"imap", 143},
                              {"snmp", 161},  {"ldap", 389},  {"https", 443}, {"syslog", 514}, {"ldaps", 636},
                              {"imaps", 993}, {"mqtt", 1883}, {"redis", 6379}};

/// Names have no case (RFC 4343), and a dot at their end changes nothing.
bool same_name(std::string_view one, std::string_view other) {
  if (one.ends_with('.')) one.remove_suffix(1);
  return one.size() == other.size() && strncasecmp(one.data(), other.data(), one.size()) == 0;
}

/// An address of a file, in bytes. @return how many; 0: it is none
std::size_t read_address(std::string_view text, std::uint8_t (&to)[16]) {
  char copy[INET6_ADDRSTRLEN];
  if (text.size() >= sizeof(copy)) return 0;
  *std::copy(text.begin(), text.end(), copy) = '\0';
  if (inet_pton(AF_INET, copy, to) == 1) return 4;
  return inet_pton(AF_INET6, copy, to) == 1 ? 16 : 0;
}

bool give(std::string_view name, std::span<char> to) {
  if (name.empty() || name.size() >= to.size()) return false;
  *std::copy(name.begin(), name.end(), to.begin()) = '\0';
  return true;
}

/// A word like "80/tcp". @return 0: it is of another protocol, or no number
std::uint16_t read_port(std::string_view word, std::string_view protocol) {
  const std::size_t slash = word.find('/');
  std::uint16_t port = 0;
  if (slash == word.npos || (!protocol.empty() && word.substr(slash + 1) != protocol)) return 0;
  return std::from_chars(word.data(), word.data() + slash, port).ec == std::errc{} ? port : std::uint16_t{0};
}

}  // namespace

bool find_in_hosts(std::string_view name, bool ipv4, bool ipv6, Addresses& to) {
  bool found = false;
  for (TextFile file(kHosts); file.next_line();) {
    std::uint8_t address[16];
    const std::size_t bytes = read_address(file.word(), address);
    const std::string_view first = file.word();
    for (std::string_view alias = first; bytes != 0 && !alias.empty(); alias = file.word()) {
      if (!same_name(name, alias)) continue;
      if (!found) (void)give(first, to.canonical);
      found = true;
      if (bytes == 4 ? ipv4 : ipv6) to.add({address, bytes});
      break;
    }
  }
  return found;
}

bool find_in_hosts(const ip_addr_t& wanted, std::span<char> to) {
  const bool v6 = IP_IS_V6_VAL(wanted) != 0;
  const void* const bytes = v6 ? static_cast<const void*>(ip_2_ip6(&wanted)->addr) : &ip_2_ip4(&wanted)->addr;
  for (TextFile file(kHosts); file.next_line();) {
    std::uint8_t address[16];
    const std::size_t size = read_address(file.word(), address);
    if (size == (v6 ? 16u : 4u) && std::memcmp(address, bytes, size) == 0) return give(file.word(), to);
  }
  return false;
}

std::uint16_t find_service(std::string_view name, std::string_view protocol) {
  for (TextFile file(kServices); file.next_line();) {
    const std::string_view first = file.word();
    const std::uint16_t port = read_port(file.word(), protocol);
    for (std::string_view alias = first; port != 0 && !alias.empty(); alias = file.word()) {
      if (alias == name) return port;
    }
  }
  const auto* const usual =
      std::find_if(std::begin(kUsual), std::end(kUsual), [&](auto& one) { return one.name == name; });
  return usual != std::end(kUsual) ? usual->port : std::uint16_t{0};
}

bool find_service(std::uint16_t port, std::string_view protocol, std::span<char> to) {
  for (TextFile file(kServices); file.next_line();) {
    const std::string_view first = file.word();
    if (read_port(file.word(), protocol) == port) return give(first, to);
  }
  const auto* const usual =
      std::find_if(std::begin(kUsual), std::end(kUsual), [&](auto& one) { return one.port == port; });
  return usual != std::end(kUsual) && give(usual->name, to);
}

SearchList::SearchList() {
  for (TextFile file(kResolver); file.next_line();) {
    const std::string_view what = file.word();
    if (what == "search" || what == "domain") {
      count_ = used_ = 0;  // the last such line counts
      for (std::string_view domain = file.word(); !domain.empty(); domain = file.word()) set(domain);
    }
    if (what != "options") continue;
    for (std::string_view option = file.word(); !option.empty(); option = file.word()) {
      constexpr std::string_view kDots = "ndots:";
      if (option.starts_with(kDots))
        (void)std::from_chars(option.data() + kDots.size(), option.data() + option.size(), dots_);
    }
  }
}

void SearchList::set(std::string_view domain) {
  if (domain.ends_with('.')) domain.remove_suffix(1);
  if (domain.empty() || count_ == kMaxDomains || domain.size() > kMaxBytes - used_) return;
  std::copy(domain.begin(), domain.end(), text_ + used_);
  domains_[count_++] = {text_ + used_, domain.size()};
  used_ += domain.size();
}

bool SearchList::as_it_is_first(std::string_view name) const {
  return static_cast<std::size_t>(std::count(name.begin(), name.end(), '.')) >= dots_;
}

}  // namespace wick::net
