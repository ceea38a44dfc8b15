// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "run/forward.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text.h"

namespace wick::tool {
namespace {

std::optional<std::uint16_t> port(std::string_view text) {
  std::uint16_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value == 0) return {};
  return value;
}

bool is_free(const Forward& forward) {
  int probe = socket(AF_INET, (forward.udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC, 0);
  if (probe < 0) return true;
  int on = 1;
  setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(forward.host);
  inet_pton(AF_INET, forward.address.c_str(), &address.sin_addr);
  bool fine = bind(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  close(probe);
  return fine;
}

}  // namespace

Result<Forward> parse_forward(const std::string& text) {
  std::size_t slash = std::min(text.find('/'), text.size());
  std::string_view ports = std::string_view(text).substr(0, slash), protocol = std::string_view(text).substr(slash);
  std::string address = "127.0.0.1";
  std::size_t colon = ports.find(':');
  if (std::size_t last = ports.rfind(':'); last != colon) {
    address = ports.substr(0, colon);
    ports.remove_prefix(colon + 1);
    colon = ports.find(':');
    in_addr parsed;
    if (inet_pton(AF_INET, address.c_str(), &parsed) != 1)
      return fail(fmt::format("\"{}\" in the port forward \"{}\" is not an IPv4 address.", address, text),
                  "write for example -p 0.0.0.0:8080:80.");
  }
  auto host = port(ports.substr(0, colon));
  auto guest = colon == ports.npos ? host : port(ports.substr(colon + 1));
  if (!host || !guest || (!protocol.empty() && protocol != "/tcp" && protocol != "/udp")) {
    return fail(fmt::format("\"{}\" is not a port forward.", text), "write for example -p 8080:80 or -p 5353:53/udp.");
  }
  return Forward{*host, *guest, protocol == "/udp", false, address};
}

std::vector<Forward> default_forwards(const std::vector<std::string>& ports) {
  std::vector<Forward> list;
  for (const std::string& text : ports) {
    auto forward = parse_forward(text);
    if (!forward) continue;
    forward->chosen_by_us = true;
    if (forward->guest == 80)
      forward->host = 8080;
    else if (forward->guest < 1024)
      forward->host = static_cast<std::uint16_t>(8000 + forward->guest);
    list.push_back(*forward);
  }
  return list;
}

Result<void> settle_forwards(std::vector<Forward>& forwards) {
  for (Forward& forward : forwards) {
    for (unsigned tries = 0; !is_free(forward); ++tries) {
      if (!forward.chosen_by_us || tries == 100) {
        return fail(fmt::format("Port {} of this machine is in use already.", forward.host),
                    fmt::format("choose another one, for example -p {}:{}.", forward.host + 1, forward.guest));
      }
      ++forward.host;
    }
  }
  return {};
}

std::string forward_text(const Forward& forward) {
  const std::string address = forward.address == Forward{}.address ? "" : forward.address + ":";
  return fmt::format("{}{}:{}{}", address, forward.host, forward.guest, forward.udp ? "/udp" : "");
}

std::string address_of(const Forward& forward) {
  if (!forward.udp && (forward.guest == 80 || forward.guest == 8080))
    return fmt::format("http://{}:{}/", forward.address, forward.host);
  return fmt::format("{}:{} ({} port {})", forward.address, forward.host, forward.udp ? "udp" : "tcp", forward.guest);
}

}  // namespace wick::tool
