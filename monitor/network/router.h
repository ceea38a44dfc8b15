// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a network has besides connections: a router that answers for its addresses, gives the guest one, and answers
// pings (ARP, DHCP, neighbour discovery, router advertisements, ICMP). Learns from it where the guest is.

#include "monitor/network/wire.h"

namespace wick::monitor {

class Router {
 public:
  explicit Router(Wire& wire) : wire_(wire) {}

  /// A datagram to port 67. @return what it says of the guest
  enum class Dhcp { nothing, begins, has_address };
  Dhcp take_dhcp(Bytes message);
  void take_arp(const ArpMessage& message);
  void take_icmp(const Packet& packet);
  void learn(const Packet& packet);
  /// The guest has begun anew: it has no address until it is heard with one.
  void forget() { has4_ = has6_ = false; }

  /// Where the guest is, as far as it is known. A forward leads to the first of the two that there is.
  bool has_address() const { return has4_ || has6_; }
  const Address& address() const { return has4_ ? guest4_ : guest6_; }
  /// Asks whether the guest has the address that DHCP would give.
  void ask();

  /// Milliseconds until advertise() is due; the routers's lifetime is three times as long.
  static constexpr std::int64_t kAdvertiseEvery = 3'000'000;
  void advertise(const Address& to);

  /// Tells the guest that nobody takes its datagrams there.
  void send_unreachable(const Pair& pair);

 private:
  Wire& wire_;
  bool has4_ = false, has6_ = false;
  Address guest4_, guest6_;
};

}  // namespace wick::monitor
