// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See network_config.h. The two versions name the same things differently: each has a list of interfaces, of which the
// machine's own is chosen, and a way to read one.

#include "metadata/network_config.h"

#include "metadata/interface.h"

namespace wick::metadata {

namespace {

/// Keys that say nothing about addresses, or nothing that an appliance could do otherwise.
bool is_without_effect(std::string_view key) {
  constexpr std::string_view kKeys[] = {"match",       "set-name", "optional",        "wakeonlan", "critical",
                                        "link-local",  "renderer", "dhcp-identifier", "name",      "type",
                                        "mac_address", "search",   "metric",          "broadcast", "control"};
  for (const std::string_view known : kKeys)
    if (key == known) return true;
  return false;
}

constexpr const char* kUnknown = "has a key that an appliance's network does not know";

Fault read_addresses2(const Node& list, NetworkInterface& to) {
  for (const Node* address = list.first; address; address = address->next)
    if (Fault fault = to.add_address(*address, nullptr)) return fault;
  return {};
}

Fault read_routes(const Node& list, NetworkInterface& to) {
  for (const Node* route = list.first; route; route = route->next)
    if (Fault fault = to.add_route(*route, route->child("to"), route->child("via"))) return fault;
  return {};
}

Fault read_servers2(const Node& node, NetworkInterface& to) {
  const Node* const addresses = node.child("addresses");
  return addresses ? to.add_name_servers(*addresses) : Fault{};
}

Fault read_key2(const Node& node, NetworkInterface& to) {
  if (node.key == "dhcp4" || node.key == "dhcp6" || node.key == "accept-ra") {
    const std::optional<bool> on = read_boolean(node);
    if (!on) return {"has a value that is neither true nor false", node.line};
    return node.key == "dhcp4" ? to.use_dhcp4(node, *on) : to.use_automatic6(node, *on);
  }
  if (node.key == "addresses") return read_addresses2(node, to);
  if (node.key == "gateway4" || node.key == "gateway6") return to.add_gateway(node);
  if (node.key == "routes") return read_routes(node, to);
  if (node.key == "nameservers") return read_servers2(node, to);
  if (node.key == "mtu") return to.set_mtu(node);
  return is_without_effect(node.key) ? Fault{} : Fault{kUnknown, node.line};
}

Fault read_version2(const Node& root, const HardwareAddress& own, Instance& to) {
  for (const Node* node = root.first; node; node = node->next)
    if (node->key != "version" && node->key != "ethernets" && node->key != "renderer") return {kUnknown, node->line};
  const Node* const list = root.child("ethernets");
  if (!list) return {"has no ethernets", root.line};
  Choice choice(own);
  for (const Node* node = list->first; node; node = node->next) {
    const Node* const match = node->child("match");
    choice.offer(*node, match ? match->child("macaddress") : nullptr);
  }
  const Node* chosen;
  if (Fault fault = choice.choose(*list, chosen)) return fault;
  NetworkInterface interface;
  for (const Node* node = chosen->first; node; node = node->next)
    if (Fault fault = read_key2(*node, interface)) return fault;
  return interface.write(*chosen, to);
}

Fault read_subnet_type(const Node& type, NetworkInterface& to) {
  if (type.text == "dhcp" || type.text == "dhcp4") return to.use_dhcp4(type, true);
  if (type.text == "dhcp6" || type.text == "ipv6_slaac" || type.text == "ipv6_dhcpv6-stateless" ||
      type.text == "ipv6_dhcpv6-stateful")
    return to.use_automatic6(type, true);
  if (type.text == "static" || type.text == "static4" || type.text == "static6" || type.text == "manual") return {};
  return {"has a subnet of a type that an appliance's network does not know", type.line};
}

Fault read_routes1(const Node& list, NetworkInterface& to) {
  for (const Node* route = list.first; route; route = route->next) {
    const Node* destination = route->child("destination");
    if (!destination) destination = route->child("network");
    if (Fault fault = to.add_route(*route, destination, route->child("gateway"))) return fault;
  }
  return {};
}

Fault read_subnet(const Node& subnet, NetworkInterface& to) {
  const Node* const type = subnet.child("type");
  if (!type) return {"has a subnet without a type", subnet.line};
  if (Fault fault = read_subnet_type(*type, to)) return fault;
  for (const Node* node = subnet.first; node; node = node->next) {
    Fault fault;
    if (node->key == "address")
      fault = to.add_address(*node, subnet.child("netmask"));
    else if (node->key == "gateway")
      fault = to.add_gateway(*node);
    else if (node->key == "dns_nameservers")
      fault = to.add_name_servers(*node);
    else if (node->key == "routes")
      fault = read_routes1(*node, to);
    else if (node->key != "netmask" && node->key != "dns_search" && !is_without_effect(node->key))
      fault = {kUnknown, node->line};
    if (fault) return fault;
  }
  return {};
}

Fault read_physical(const Node& entry, NetworkInterface& to) {
  for (const Node* node = entry.first; node; node = node->next) {
    if (node->key == "mtu") {
      if (Fault fault = to.set_mtu(*node)) return fault;
    } else if (node->key == "subnets") {
      for (const Node* subnet = node->first; subnet; subnet = subnet->next)
        if (Fault fault = read_subnet(*subnet, to)) return fault;
    } else if (node->key != "accept-ra" && !is_without_effect(node->key)) {
      return {kUnknown, node->line};
    }
  }
  return {};
}

Fault read_version1(const Node& root, const HardwareAddress& own, Instance& to) {
  const Node* const list = root.child("config");
  if (!list || list->kind != Kind::sequence) return {"has no list of what to configure", root.line};
  Choice choice(own);
  NetworkInterface interface;
  for (const Node* entry = list->first; entry; entry = entry->next) {
    const Node* const type = entry->child("type");
    const std::string_view kind = type ? type->text : std::string_view();
    if (kind == "physical") {
      choice.offer(*entry, entry->child("mac_address"));
    } else if (kind == "nameserver") {
      const Node* const address = entry->child("address");
      if (Fault fault = address ? interface.add_name_servers(*address) : Fault{}) return fault;
    } else if (kind != "loopback") {
      return {"configures something that is no physical interface", entry->line};
    }
  }
  const Node* chosen;
  if (Fault fault = choice.choose(*list, chosen)) return fault;
  if (Fault fault = read_physical(*chosen, interface)) return fault;
  return interface.write(*chosen, to);
}

}  // namespace

Fault read_network_config(const Node& document, const HardwareAddress& own, Instance& to) {
  const Node* const inner = document.child("network");
  const Node& root = inner ? *inner : document;
  if (root.kind != Kind::mapping) return {"is no mapping", root.line};
  const Node* const version = root.child("version");
  if (!version) return {"says no version", root.line};
  if (version->text == "1") return read_version1(root, own, to);
  if (version->text == "2") return read_version2(root, own, to);
  return {"has a version that is neither 1 nor 2", version->line};
}

}  // namespace wick::metadata
