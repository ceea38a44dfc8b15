// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/network/name_server.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <unistd.h>

#include <algorithm>
#include <span>

namespace wick::monitor {
namespace {

constinit int resolv_conf = -1;

std::string_view next_word(std::string_view& line) {
  constexpr std::string_view kBlank = " \t\r";
  line.remove_prefix(std::min(line.find_first_not_of(kBlank), line.size()));
  std::string_view word = line.substr(0, line.find_first_of(kBlank));
  line.remove_prefix(word.size());
  return word;
}

/// Hands each server's address to `take` until it returns true. @return whether there was a server at all
template <typename Take>
bool each_server(std::string_view text, Take take) {
  bool any = false;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (next_word(line) != "nameserver") continue;
    any = true;
    if (take(next_word(line))) break;
  }
  return any;
}

bool parse(int family, std::string_view word, void* to) {
  char text[INET6_ADDRSTRLEN] = "";
  if (word.size() >= sizeof text) return false;
  std::copy(word.begin(), word.end(), text);
  return inet_pton(family, text, to) == 1;
}

std::uint32_t interface_index(std::string_view name) {
  char text[IF_NAMESIZE] = "";
  if (name.size() >= sizeof text) return 0;
  std::copy(name.begin(), name.end(), text);
  return if_nametoindex(text);
}

std::string_view read_file(std::span<char> to) {
  ssize_t length = resolv_conf < 0 ? 0 : pread(resolv_conf, to.data(), to.size(), 0);
  return {to.data(), length < 0 ? 0 : static_cast<std::size_t>(length)};
}

}  // namespace

std::optional<in_addr> find_name_server(std::string_view text) {
  std::optional<in_addr> found;
  bool any = each_server(text, [&](std::string_view word) {
    in_addr address;
    if (parse(AF_INET, word, &address)) found = address;
    return found.has_value();
  });
  if (!any) found = in_addr{htonl(INADDR_LOOPBACK)};
  return found;
}

std::optional<NameServer6> find_name_server6(std::string_view text) {
  std::optional<NameServer6> found;
  bool any = each_server(text, [&](std::string_view word) {
    std::string_view address = word.substr(0, word.find('%'));
    NameServer6 server{};
    if (!parse(AF_INET6, address, &server.address)) return false;
    if (address.size() < word.size()) server.scope = interface_index(word.substr(address.size() + 1));
    found = server;
    return true;
  });
  if (!any) found = NameServer6{in6addr_loopback, 0};
  return found;
}

void set_name_server_file(int file) { resolv_conf = file; }

std::optional<SocketAddress> name_server() {
  constexpr std::uint16_t kPort = 53;
  char text[4096];
  const auto content = read_file(text);
  if (const auto found = find_name_server(content)) return SocketAddress({Address::v4(ntohl(found->s_addr)), kPort});
  const auto found = find_name_server6(content);
  if (!found) return {};
  SocketAddress address({{}, kPort});
  address.v6.sin6_addr = found->address;
  address.v6.sin6_scope_id = found->scope;
  return address;
}

}  // namespace wick::monitor
