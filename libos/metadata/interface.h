// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// One network interface on its way from network-config to settings. Both versions of the document fill it in; what is
// said twice, or is no address, is refused here once for both.

#include <optional>

#include "metadata/fault.h"
#include "metadata/instance.h"
#include "metadata/tree.h"

namespace wick::metadata {

class NetworkInterface {
 public:
  /// Asks for addresses by DHCP, by router advertisements, or says not to.
  Fault use_dhcp4(const Node& at, bool on);
  Fault use_automatic6(const Node& at, bool on);

  /// "10.0.0.2/24", or without the length where `netmask` has it, as a number or dotted.
  Fault add_address(const Node& address, const Node* netmask);
  Fault add_gateway(const Node& gateway);
  Fault add_name_servers(const Node& list);  ///< a text or a sequence
  Fault set_mtu(const Node& mtu);

  /// A route, of which only the default one can be had.
  Fault add_route(const Node& at, const Node* to, const Node* gateway);

  Fault write(const Node& at, Instance& to) const;

 private:
  struct Family {
    std::string_view address, length, gateway;
    bool automatic = false, off = false;
  };

  Fault set_automatic(Family& family, const Node& at, bool on);
  Fault write(const Family& family, bool is_ipv6, const Node& at, Instance& to) const;

  static constexpr unsigned kMaxServers = 2;
  Family families_[2];  ///< IPv4, IPv6
  std::string_view servers_[kMaxServers];
  unsigned server_count_ = 0;
  std::string_view mtu_;
};

/// "true", "no" and their kin.
std::optional<bool> read_boolean(const Node& node);

}  // namespace wick::metadata
