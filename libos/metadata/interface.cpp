// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See interface.h.

#include "metadata/interface.h"

#include <algorithm>
#include <charconv>

#include "metadata/address.h"

namespace wick::metadata {

namespace {

constexpr int kLwipPrefix6 = 64;  ///< lwIP knows no other for an address of its own

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, text) != words.end();
}

bool is_default_route(std::string_view to) { return is_one_of(to, {"default", "0.0.0.0/0", "::/0"}); }

}  // namespace

std::optional<bool> read_boolean(const Node& node) {
  if (node.kind != Kind::scalar) return {};
  if (is_one_of(node.text, {"true", "True", "yes", "on"})) return true;
  if (is_one_of(node.text, {"false", "False", "no", "off"})) return false;
  return {};
}

Fault NetworkInterface::set_automatic(Family& family, const Node& at, bool on) {
  if (on && !family.address.empty()) return {"asks for an address and gives one", at.line};
  (on ? family.automatic : family.off) = true;
  return {};
}

Fault NetworkInterface::use_dhcp4(const Node& at, bool on) { return set_automatic(families_[0], at, on); }
Fault NetworkInterface::use_automatic6(const Node& at, bool on) { return set_automatic(families_[1], at, on); }

Fault NetworkInterface::add_address(const Node& node, const Node* netmask) {
  const std::size_t slash = node.text.find('/');
  const std::string_view address = node.text.substr(0, slash);
  const bool is_6 = is_ipv6(address);
  if (!is_6 && !is_ipv4(address)) return {"has an address that is none", node.line};
  const std::string_view length = slash != node.text.npos ? node.text.substr(slash + 1)
                                  : netmask               ? netmask->text
                                                          : std::string_view();
  const int bits = prefix_length(length, is_6 ? 128 : 32);
  if (bits < 0) return {"has an address whose network mask is none", node.line};
  if (is_6 && bits != kLwipPrefix6) return {"has an IPv6 address whose prefix has not 64 bits", node.line};
  Family& family = families_[is_6];
  if (!family.address.empty()) return {"gives two addresses of a kind", node.line};
  if (family.automatic) return {"asks for an address and gives one", node.line};
  family.address = address;
  family.length = length;
  return {};
}

Fault NetworkInterface::add_gateway(const Node& node) {
  const bool is_6 = is_ipv6(node.text);
  if (!is_6 && !is_ipv4(node.text)) return {"has a gateway that is no address", node.line};
  if (!families_[is_6].gateway.empty()) return {"gives two gateways of a kind", node.line};
  families_[is_6].gateway = node.text;
  return {};
}

Fault NetworkInterface::add_route(const Node& at, const Node* to, const Node* gateway) {
  if (!to || !is_default_route(to->text)) return {"has a route that is not the default one", at.line};
  return gateway ? add_gateway(*gateway) : Fault{"has a route without a gateway", at.line};
}

Fault NetworkInterface::add_name_servers(const Node& list) {
  const Node* node = list.kind == Kind::scalar ? &list : list.first;
  for (; node; node = list.kind == Kind::scalar ? nullptr : node->next) {
    if (!is_ipv4(node->text) && !is_ipv6(node->text)) return {"has a name server that is no address", node->line};
    if (std::find(servers_, servers_ + server_count_, node->text) != servers_ + server_count_) continue;
    if (server_count_ == kMaxServers) return {"gives more than two name servers", node->line};
    servers_[server_count_++] = node->text;
  }
  return {};
}

Fault NetworkInterface::set_mtu(const Node& node) {
  constexpr unsigned kLeast = 1280, kMost = 9000;
  unsigned value = 0;
  const char* const end = node.text.data() + node.text.size();
  const auto [rest, error] = std::from_chars(node.text.data(), end, value);
  if (error != std::errc{} || rest != end || value < kLeast || value > kMost)
    return {"has an mtu that is no number from 1280 to 9000", node.line};
  mtu_ = node.text;
  return {};
}

Fault NetworkInterface::write(const Family& family, bool is_6, const Node& at, Instance& to) const {
  const char* const key = is_6 ? "net.ipv6" : "net.ipv4";
  const char* const gateway = is_6 ? "net.gateway6" : "net.gateway4";
  const char* wrong = nullptr;
  if (!family.address.empty()) {
    char text[64] = "/";
    const int bits = prefix_length(family.length, is_6 ? 128 : 32);
    const char* const end = std::to_chars(text + 1, text + sizeof text, bits).ptr;
    wrong = to.set(key, family.address, {text, static_cast<std::size_t>(end - text)});
    if (!wrong) wrong = to.set(gateway, family.gateway);  // an empty one hides the manifest's
  } else if (!family.gateway.empty()) {
    return {"gives a gateway and no address", at.line};
  } else if (family.automatic || family.off) {
    wrong = to.set(key, family.off && !family.automatic ? "off" : is_6 ? "auto" : "dhcp");
    if (!wrong) wrong = to.set(gateway, "");
  }
  return {wrong, at.line};
}

Fault NetworkInterface::write(const Node& at, Instance& to) const {
  for (const bool is_6 : {false, true})
    if (Fault fault = write(families_[is_6], is_6, at, to)) return fault;
  if (server_count_) {
    char list[128];
    std::size_t length = 0;
    for (unsigned i = 0; i < server_count_; i++) {
      if (i) list[length++] = ',';
      length += servers_[i].copy(list + length, sizeof list / 2 - 1);
    }
    if (const char* wrong = to.set("net.dns", {list, length})) return {wrong, at.line};
  }
  if (!mtu_.empty()) return {to.set("net.mtu", mtu_), at.line};
  return {};
}

}  // namespace wick::metadata
