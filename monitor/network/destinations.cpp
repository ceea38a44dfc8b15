// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/network/destinations.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace wick::monitor {
namespace {

constexpr std::size_t kMaxPlaces = 64, kMaxName = 253;

std::uint16_t to_port(std::string_view text) {
  std::uint16_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? value : 0;
}

bool is_name(std::string_view text) {
  if (text.empty() || text.size() > kMaxName) return false;
  std::size_t label = 0;
  for (const char c : text) {
    if (c == '.' ? label == 0 : !std::isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '_') return false;
    label = c == '.' ? 0 : label + 1;
    if (label > 63) return false;
  }
  return label != 0 && !std::isdigit(static_cast<unsigned char>(text.back()));  // else it is meant as an address
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

}  // namespace

std::expected<Destinations, std::string> parse_outgoing(std::string_view text) {
  Destinations all;
  if (text == "any") return all;
  all.kind = Destinations::Kind::none;
  if (text == "none" || text.empty()) return all;
  all.kind = Destinations::Kind::list;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    const std::string entry(text.substr(at, end - at));
    at = end + 1;
    const std::size_t colon = entry.rfind(':');
    std::string host = colon == entry.npos ? entry : entry.substr(0, colon);
    const std::uint16_t port = colon == entry.npos ? 0 : to_port(std::string_view(entry).substr(colon + 1));
    const bool v6 = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (v6) host = host.substr(1, host.size() - 2);
    const auto address = parse_address(host);
    const bool is_address = address && address->is_v4() != v6;
    Destinations::Place place{"", is_address ? *address : Address{}, port};
    if (!is_address && !v6 && is_name(host)) place.name = lower(host);
    if (!port || (!is_address && place.name.empty()))
      return std::unexpected('"' + entry +
                             "\" is no place to reach (write for example db.example.org:5432, "
                             "192.0.2.1:443 or [2001:db8::1]:443)");
    if (all.places.size() == kMaxPlaces)
      return std::unexpected("a guest has at most " + std::to_string(kMaxPlaces) + " places to reach");
    all.places.push_back(std::move(place));
  }
  return all;
}

std::expected<std::vector<std::uint16_t>, std::string> parse_ports(std::string_view text) {
  std::vector<std::uint16_t> ports;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    const std::uint16_t port = to_port(text.substr(at, end - at));
    if (!port)
      return std::unexpected('"' + std::string(text) +
                             "\" is no list of ports of the host's loopback (write for example 5432 or 5432,6379)");
    ports.push_back(port);
    at = end + 1;
  }
  return ports;
}

}  // namespace wick::monitor
