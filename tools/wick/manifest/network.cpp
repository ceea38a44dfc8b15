// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// [network]: its presence links the stack and a driver. Addresses are defaults that the boot configuration may change.

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <set>

#include "base/text.h"
#include "manifest/sections.h"
#include "manifest/values.h"

namespace wick::tool {
namespace {

void read_ipv4(Table& section, Network& network) {
  auto address = section.string("ipv4");
  if (address) network.ipv4 = address->value;
  bool fixed = network.ipv4 != "dhcp" && network.ipv4 != "off";
  if (fixed && !is_ipv4_prefix(network.ipv4)) {
    section.faults().add(address->place, fmt::format("network.ipv4 \"{}\" is not an address.", network.ipv4),
                         "write \"dhcp\", \"off\" or an address with its prefix length such as \"10.0.0.2/24\".");
    return;
  }
  auto gateway = section.string("gateway");
  if (!gateway) return;
  network.gateway = gateway->value;
  if (!is_ipv4(gateway->value)) {
    section.faults().add(gateway->place, fmt::format("network.gateway \"{}\" is not an IPv4 address.", gateway->value),
                         "write for example \"10.0.0.1\".");
  } else if (!fixed) {
    section.faults().add(gateway->place, fmt::format("network.gateway has no use with ipv4 = \"{}\".", network.ipv4),
                         "remove it, or give a static address: ipv4 = \"10.0.0.2/24\".");
  } else if (!in_ipv4_network(network.ipv4, gateway->value)) {
    section.faults().add(gateway->place,
                         fmt::format("network.gateway {} is outside of the network {}.", gateway->value, network.ipv4),
                         "a gateway must be reachable without a gateway: check both addresses.");
  }
}

void read_ipv6(Table& section, Network& network) {
  auto address = section.string("ipv6");
  if (address) network.ipv6 = address->value;
  bool fixed = network.ipv6 != "auto" && network.ipv6 != "off";
  if (fixed && !is_ipv6_prefix(network.ipv6)) {
    section.faults().add(address->place, fmt::format("network.ipv6 \"{}\" is not an address.", network.ipv6),
                         "write \"auto\", \"off\" or an address with its prefix length such as \"fd00::2/64\".");
  }
  auto gateway = section.string("gateway6");
  if (!gateway) return;
  network.gateway6 = gateway->value;
  if (!is_ipv6(gateway->value)) {
    section.faults().add(gateway->place, fmt::format("network.gateway6 \"{}\" is not an IPv6 address.", gateway->value),
                         "write for example \"fd00::1\".");
  } else if (!fixed) {
    section.faults().add(gateway->place, fmt::format("network.gateway6 has no use with ipv6 = \"{}\".", network.ipv6),
                         "remove it, or give a static address: ipv6 = \"fd00::2/64\".");
  }
}

void read_dns(Table& section, Network& network) {
  std::set<std::string> seen;
  for (const auto& server : section.strings("dns")) {
    if (!is_ipv4(server.value) && !is_ipv6(server.value)) {
      section.faults().add(server.place, fmt::format("network.dns \"{}\" is not an address.", server.value),
                           "name servers are given by IPv4 or IPv6 address.");
    } else if (!seen.insert(server.value).second) {
      section.faults().add(server.place, fmt::format("The name server {} is named twice.", server.value),
                           "remove one of the two.");
    }
    network.dns.push_back(server.value);
  }
  if (network.dns.size() > 2) {
    section.faults().add(Table::place_of(*section.node("dns")), "network.dns names more than two servers.",
                         "keep the two nearest.");
  }
}

/// 80, "80" or "7/udp"
std::optional<Port> parse_port(const toml::node& node) {
  std::int64_t number = 0;
  bool udp = false;
  if (auto value = node.value_exact<std::int64_t>()) {
    number = *value;
  } else if (auto text = node.value_exact<std::string>()) {
    std::size_t slash = std::min(text->find('/'), text->size());
    std::string_view protocol = std::string_view(*text).substr(slash);
    udp = protocol == "/udp";
    auto [end, error] = std::from_chars(text->data(), text->data() + slash, number);
    if (error != std::errc{} || end != text->data() + slash || (!udp && !protocol.empty() && protocol != "/tcp"))
      return {};
  }
  if (number < 1 || number > 65535) return {};
  return Port{static_cast<std::uint16_t>(number), udp};
}

void read_ports(Table& section, Network& network) {
  const toml::node* node = section.node("ports");
  if (!node) return;
  if (!node->is_array()) return section.wrong_type(*node, "network.ports", "an array");
  for (const toml::node& element : *node->as_array()) {
    auto port = parse_port(element);
    if (!port) {
      section.faults().add(Table::place_of(element), "An element of network.ports is not a port.",
                           "write numbers from 1 to 65535 for TCP and \"7/udp\" for UDP.");
      continue;
    }
    auto same = [&](const Port& other) { return other.number == port->number && other.udp == port->udp; };
    if (std::ranges::any_of(network.ports, same)) {
      section.faults().add(Table::place_of(element), fmt::format("The port {} is named twice.", port->number),
                           "remove one of the two.");
    }
    network.ports.push_back(*port);
  }
}

/// "db.example.org:5432", "192.0.2.1:443", "[2001:db8::1]:443"
bool is_place(const std::string& text) {
  std::size_t colon = text.rfind(':');
  if (colon == text.npos || colon == 0) return false;
  std::uint16_t port = 0;
  const char* end = text.data() + text.size();
  auto [rest, error] = std::from_chars(text.data() + colon + 1, end, port);
  if (error != std::errc{} || rest != end || port == 0) return false;
  std::string host = text.substr(0, colon);
  if (host.front() == '[') return host.back() == ']' && is_ipv6(host.substr(1, host.size() - 2));
  bool is_number = host.back() >= '0' && host.back() <= '9';
  return is_number ? is_ipv4(host) : host.size() <= 253 && is_hostname(host);
}

/// Of a place: fe80::/10 (RFC 4291 §2.5.6).
bool is_link_local6(const std::string& place) {
  in6_addr address;
  return place.front() == '[' && inet_pton(AF_INET6, place.substr(1, place.find(']') - 1).c_str(), &address) == 1 &&
         IN6_IS_ADDR_LINKLOCAL(&address);
}

/// "any", "none" or an array of places, which becomes a text with commas: what the image's note carries.
void read_outgoing(Table& section, Network& network) {
  const toml::node* node = section.node("outgoing");
  if (!node) return;
  constexpr std::size_t kMaxPlaces = 64;
  if (auto text = node->value_exact<std::string>()) {
    network.outgoing = *text;
    if (*text == "any" || *text == "none") return;
    section.faults().add(Table::place_of(*node), fmt::format("network.outgoing \"{}\" is neither any nor none.", *text),
                         "for some places write an array: outgoing = [\"db.example.org:5432\"].");
    return;
  }
  if (!node->is_array()) return section.wrong_type(*node, "network.outgoing", "\"any\", \"none\" or an array");
  network.outgoing.clear();
  if (node->as_array()->empty()) network.outgoing = "none";
  if (node->as_array()->size() > kMaxPlaces)
    section.faults().add(Table::place_of(*node), fmt::format("network.outgoing has more than {} places.", kMaxPlaces),
                         "keep to those that the application needs.");
  for (const toml::node& element : *node->as_array()) {
    auto text = element.value_exact<std::string>();
    if (!text || !is_place(*text)) {
      section.faults().add(
          Table::place_of(element), "An element of network.outgoing is not a place to reach.",
          "write a host and a port: \"db.example.org:5432\", \"192.0.2.1:443\" or \"[2001:db8::1]:443\".");
      continue;
    }
    if (is_link_local6(*text)) {
      section.faults().add(Table::place_of(element),
                           fmt::format("network.outgoing names {}, which is on every link.", *text),
                           "a link-local IPv6 address can't be reached through the host's network; name another one.");
      continue;
    }
    network.outgoing += (network.outgoing.empty() ? "" : ",") + *text;
  }
}

}  // namespace

void read_network(Table& root, Manifest& manifest) {
  auto section = root.table("network");
  if (!section) return;
  Network network;
  read_ipv4(*section, network);
  read_ipv6(*section, network);
  if (network.ipv4 == "off" && network.ipv6 == "off") {
    root.faults().add(Table::place_of(*section->node("ipv6")), "network switches both IPv4 and IPv6 off.",
                      "leave one of them on, or remove [network].");
  }
  read_dns(*section, network);
  network.hostname = manifest.name;
  if (auto hostname = section->string("hostname")) {
    network.hostname = hostname->value;
    if (!is_hostname(hostname->value)) {
      root.faults().add(hostname->place, fmt::format("network.hostname \"{}\" is not a host name.", hostname->value),
                        "use letters, digits and dashes, with dots between labels.");
    }
  }
  if (auto mtu = section->integer("mtu", 1280, 9000)) network.mtu = static_cast<std::uint32_t>(mtu->value);
  if (auto ring = section->integer("ring", 16, 256)) {
    manifest.ring_size = static_cast<std::uint32_t>(ring->value);
    if (!std::has_single_bit(manifest.ring_size)) {
      root.faults().add(ring->place, fmt::format("network.ring must be a power of two, not {}.", ring->value),
                        fmt::format("the next one is {}.", std::bit_ceil(manifest.ring_size)));
    }
  }
  read_ports(*section, network);
  read_outgoing(*section, network);
  section->finish();
  manifest.network = std::move(network);
}

}  // namespace wick::tool
