// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See network_data.h.

#include "metadata/network_data.h"

#include "metadata/interface.h"

namespace wick::metadata {

namespace {

std::string_view text_of(const Node& mapping, std::string_view key) {
  const Node* const node = mapping.child(key);
  return node ? node->text : std::string_view();
}

/// The first in a list that a mapping has.
const Node* first_of(const Node& mapping, std::string_view key) {
  const Node* const list = mapping.child(key);
  return list && list->kind == Kind::sequence ? list->first : nullptr;
}

Fault read_services(const Node& mapping, NetworkInterface& to) {
  for (const Node* service = first_of(mapping, "services"); service; service = service->next) {
    const Node* const address = service->child("address");
    if (text_of(*service, "type") != "dns" || !address) continue;
    if (Fault fault = to.add_name_servers(*address)) return fault;
  }
  return {};
}

Fault read_routes(const Node& network, NetworkInterface& to) {
  for (const Node* route = first_of(network, "routes"); route; route = route->next) {
    const std::string_view destination = text_of(*route, "network"), mask = text_of(*route, "netmask");
    if (destination == "169.254.169.254") continue;
    const bool is_default = (destination == "0.0.0.0" && mask == "0.0.0.0") || (destination == "::" && mask == "::");
    if (!is_default) return {"has a route that is not the default one", route->line};
    const Node* const gateway = route->child("gateway");
    if (!gateway) return {"has a route without a gateway", route->line};
    if (Fault fault = to.add_gateway(*gateway)) return fault;
  }
  const Node* const gateway = network.child("gateway");
  return gateway && !gateway->is_null() ? to.add_gateway(*gateway) : Fault{};
}

Fault read_network(const Node& network, NetworkInterface& to) {
  const std::string_view type = text_of(network, "type");
  if (type == "ipv4_dhcp") return to.use_dhcp4(network, true);
  if (type == "ipv6_dhcp" || type == "ipv6_slaac" || type == "ipv6_dhcpv6-stateless" || type == "ipv6_dhcpv6-stateful")
    return to.use_automatic6(network, true);
  if (type != "ipv4" && type != "ipv6")
    return {"has a network of a type that an appliance's network does not know", network.line};
  const Node* const address = network.child("ip_address");
  if (!address) return {"has a network without an address", network.line};
  if (Fault fault = to.add_address(*address, network.child("netmask"))) return fault;
  return read_routes(network, to);
}

bool is_compound(std::string_view type) { return type == "bond" || type == "vlan"; }

}  // namespace

Fault read_network_data(const Node& root, const HardwareAddress& own, Instance& to) {
  if (root.kind != Kind::mapping) return {"is no mapping", root.line};
  const Node* link = first_of(root, "links");
  if (!link) return {};  // a machine without networks of the cloud's
  const Node& links = *root.child("links");
  Choice choice(own);
  for (; link; link = link->next) {
    if (is_compound(text_of(*link, "type"))) return {"configures something that is no physical interface", link->line};
    choice.offer(*link, link->child("ethernet_mac_address"));
  }
  const Node* chosen;
  if (Fault fault = choice.choose(links, chosen)) return fault;
  NetworkInterface interface;
  if (const Node* mtu = chosen->child("mtu"); mtu && !mtu->is_null())
    if (Fault fault = interface.set_mtu(*mtu)) return fault;
  const std::string_view id = text_of(*chosen, "id");
  for (const Node* network = first_of(root, "networks"); network; network = network->next) {
    if (text_of(*network, "link") != id) continue;
    if (Fault fault = read_network(*network, interface)) return fault;
    if (Fault fault = read_services(*network, interface)) return fault;
  }
  if (Fault fault = read_services(root, interface)) return fault;
  return interface.write(*chosen, to);
}

}  // namespace wick::metadata
