// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/network/reach.h"

#include <ifaddrs.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

#include "monitor/network/name_server.h"

namespace wick::monitor {
namespace {

constexpr std::size_t kMaxPinned = 512;

struct Block {
  Address prefix;
  unsigned bits;
};

constexpr Block block4(std::uint32_t prefix, unsigned bits) { return {Address::v4(prefix), 96 + bits}; }
constexpr Block block6(std::initializer_list<std::uint16_t> words, unsigned bits) {
  Address address;
  unsigned at = 0;
  for (const std::uint16_t word : words) {
    address.bytes[at++] = static_cast<std::uint8_t>(word >> 8);
    address.bytes[at++] = static_cast<std::uint8_t>(word);
  }
  return {address, bits};
}

/// Special addresses (RFC 6890), and where clouds answer their machines' questions.
constexpr Block kNear[] = {
    block4(0, 8),                          // this host
    block4(0x7f000000, 8),                 // loopback
    block4(0xa9fe0000, 16),                // link-local: metadata of most clouds
    block4(0xc0000000, 24),                // protocol assignments: metadata of Oracle's older machines
    block4(0x646464c8, 32),                // 100.100.100.200: metadata of Alibaba's
    block4(0xa83f8110, 32),                // 168.63.129.16: Azure's
    block4(0xe0000000, 3),                 // multicast, reserved, broadcast
    block4(kNet4, 24),                     // the guest's own network
    block6({}, 96),                        // unspecified, loopback, IPv4-compatible
    block6({0xfe80}, 10),                  // link-local
    block6({0xfec0}, 10),                  // site-local: the guest's own network
    block6({0xff00}, 8),                   // multicast
    block6({0xfd00, 0x0ec2}, 32),          // metadata of Amazon's machines
    block6({0xfd20, 0x00ce}, 32),          // of Google's
    block6({0x0064, 0xff9b, 0x0001}, 48),  // NAT64 of the local network (RFC 8215): nobody knows whither
    block6({0x2001, 0x0000}, 32),          // Teredo
    block6({0x0000, 0x0000, 0x0000, 0x0000, 0xffff}, 80),  // IPv4-translated (RFC 2765)
};

/// The IPv4 address that stands in one of IPv6: 6to4 (RFC 3056), NAT64 (RFC 6052), ISATAP (RFC 5214 §6.1).
std::optional<Address> embedded(const Address& address) {
  constexpr Block kSixToFour = block6({0x2002}, 16), kNat64 = block6({0x0064, 0xff9b}, 96);
  if (address.in(kSixToFour.prefix, kSixToFour.bits)) return Address::v4(address.to_v4(2));
  const bool isatap =
      (address.bytes[8] & 0xfd) == 0 && address.bytes[9] == 0 && address.bytes[10] == 0x5e && address.bytes[11] == 0xfe;
  if (!address.in(kNat64.prefix, kNat64.bits) && !isatap) return {};
  return Address::v4(address.to_v4(12));
}

}  // namespace

bool is_near(const Address& address) {
  if (std::ranges::any_of(kNear, [&](const Block& block) { return address.in(block.prefix, block.bits); })) return true;
  const auto inside = embedded(address);
  return inside && is_near(*inside);
}

void Reach::start(Destinations outgoing, std::vector<std::uint16_t> loopback_ports) {
  outgoing_ = std::move(outgoing);
  loopback_ports_ = std::move(loopback_ports);
  probe4_ = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  probe6_ = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return;
  for (const ifaddrs* at = list; at; at = at->ifa_next) {
    if (!at->ifa_addr || (at->ifa_addr->sa_family != AF_INET && at->ifa_addr->sa_family != AF_INET6)) continue;
    SocketAddress address;
    std::memcpy(&address, at->ifa_addr, at->ifa_addr->sa_family == AF_INET ? sizeof address.v4 : sizeof address.v6);
    own_.push_back(address.endpoint().address);
  }
  freeifaddrs(list);
}

/// The host's own addresses of now, not only of the start: a datagram to one of them would have it as its source.
/// Nothing is sent.
bool Reach::is_own(const Address& address) const {
  if ((std::ranges::find(own_, address) != own_.end())) return true;
  if (const auto inside = embedded(address); inside && is_own(*inside)) return true;
  const int probe = address.is_v4() ? probe4_ : probe6_;
  SocketAddress there({address, 9}), here;
  if (probe < 0 || connect(probe, &there.any, there.length()) != 0) return false;
  socklen_t length = sizeof here;
  return getsockname(probe, &here.any, &length) == 0 && here.endpoint().address == address;
}

bool Reach::may_be_outside(const Address& address) const { return !is_near(address) && !is_own(address); }

std::optional<Endpoint> Reach::translate(const Endpoint& to) const {
  if (to.address == kHost4 || to.address == kHost6) {
    if (std::ranges::find(loopback_ports_, to.port) == loopback_ports_.end()) return {};
    if (to.address == kHost4) return Endpoint{Address::v4(INADDR_LOOPBACK), to.port};
    return Endpoint{short6(0, 0, 1), to.port};
  }
  switch (outgoing_.kind) {
    case Destinations::Kind::none:
      return {};
    case Destinations::Kind::any:
      break;
    case Destinations::Kind::list: {
      // Who writes an address into the manifest means it, be it link-local; loopback has its own option.
      const auto literal = [&](const auto& place) {
        return place.name.empty() && place.address == to.address && place.port == to.port;
      };
      constexpr Block kLoopback = block4(0x7f000000, 8), kUnspecified = block4(0, 8), kCompatible = block6({}, 96);
      const bool never = to.address.in(kLoopback.prefix, kLoopback.bits) ||
                         to.address.in(kUnspecified.prefix, kUnspecified.bits) ||
                         to.address.in(kCompatible.prefix, kCompatible.bits) || is_own(to.address);
      if (!never && std::ranges::any_of(outgoing_.places, literal)) return to;
      if (std::ranges::find(pinned_, to) == pinned_.end()) return {};
      break;
    }
  }
  if (!may_be_outside(to.address)) return {};
  return to;
}

std::optional<SocketAddress> Reach::socket_address(const Endpoint& to, bool names) const {
  if (is_name_server(to)) return names && outgoing_.kind != Destinations::Kind::none ? name_server() : std::nullopt;
  const auto there = translate(to);
  if (!there) return {};
  return SocketAddress(*there);
}

bool Reach::names(std::string_view name) const {
  return std::ranges::any_of(outgoing_.places, [&](const auto& place) { return !name.empty() && place.name == name; });
}

void Reach::pin(std::string_view name, const Address& address) {
  if (!may_be_outside(address)) return;
  for (const auto& place : outgoing_.places) {
    if (place.name != name) continue;
    const Endpoint end{address, place.port};
    std::erase(pinned_, end);
    if (pinned_.size() == kMaxPinned) pinned_.erase(pinned_.begin());
    pinned_.push_back(end);
  }
}

}  // namespace wick::monitor
