// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Addresses as the user-mode network keeps them: one kind for both families, so that tables and rules need only one. An
// IPv4 address stands in its IPv6-mapped form (RFC 4291 §2.5.5.2), which no frame may carry: no two of them mean the
// same place. Pure.

#include <netinet/in.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>

namespace wick::monitor {

struct Address {
  std::array<std::uint8_t, 16> bytes{};

  bool operator==(const Address&) const = default;

  static constexpr Address v4(std::uint32_t host_order) {
    Address address;
    address.bytes[10] = address.bytes[11] = 0xff;
    for (unsigned i = 0; i < 4; ++i) address.bytes[12 + i] = static_cast<std::uint8_t>(host_order >> (24 - 8 * i));
    return address;
  }
  constexpr bool is_v4() const {
    for (unsigned i = 0; i < 10; ++i)
      if (bytes[i]) return false;
    return bytes[10] == 0xff && bytes[11] == 0xff;
  }
  /// Host order.
  constexpr std::uint32_t to_v4(unsigned at = 12) const {
    return std::uint32_t{bytes[at]} << 24 | std::uint32_t{bytes[at + 1]} << 16 | std::uint32_t{bytes[at + 2]} << 8 |
           bytes[at + 3];
  }
  /// Whether the first `bits` are those of `prefix`.
  constexpr bool in(const Address& prefix, unsigned bits) const {
    for (unsigned i = 0; i < bits; ++i)
      if ((bytes[i / 8] ^ prefix.bytes[i / 8]) & (0x80 >> i % 8)) return false;
    return true;
  }
};

struct Endpoint {
  Address address;
  std::uint16_t port = 0;
  bool operator==(const Endpoint&) const = default;
};

/// Who talks with whom: the guest's end and the other one as the guest sees it.
struct Pair {
  Endpoint guest, peer;
  bool operator==(const Pair&) const = default;
};

struct PairHash {
  std::size_t operator()(const Pair& pair) const {
    std::uint64_t sum = seed;
    const auto take = [&](const Endpoint& end) {
      std::uint64_t halves[2];
      std::memcpy(halves, end.address.bytes.data(), sizeof halves);
      for (const std::uint64_t word : {halves[0], halves[1], std::uint64_t{end.port}})
        sum = (sum ^ word) * 0x9e3779b97f4a7c15, sum ^= sum >> 32;
    };
    take(pair.guest);
    take(pair.peer);
    return sum;
  }
  std::uint64_t seed = 0;  ///< random: a guest that knew it could make all its connections meet in one place
};

/// A socket's address, of either family.
union SocketAddress {
  sockaddr any;
  sockaddr_in v4;
  sockaddr_in6 v6;

  explicit SocketAddress(const Endpoint& end = {});
  socklen_t length() const { return any.sa_family == AF_INET ? sizeof v4 : sizeof v6; }
  Endpoint endpoint() const;
};

/// "192.0.2.1" or "2001:db8::1".
std::optional<Address> parse_address(const std::string& text);

// The guest's own network: QEMU's convention, which people know by heart and every guide names.
inline constexpr std::uint32_t kNet4 = 0x0a000200, kMask4 = 0xffffff00;
inline constexpr Address kGuest4 = Address::v4(kNet4 + 15);  ///< what DHCP gives
inline constexpr Address kHost4 = Address::v4(kNet4 + 2), kNames4 = Address::v4(kNet4 + 3);
constexpr Address short6(std::uint8_t first, std::uint8_t second, std::uint8_t last) {
  Address address;
  address.bytes[0] = first;
  address.bytes[1] = second;
  address.bytes[15] = last;
  return address;
}
inline constexpr Address kPrefix6 = short6(0xfe, 0xc0, 0), kHost6 = short6(0xfe, 0xc0, 2);
inline constexpr Address kNames6 = short6(0xfe, 0xc0, 3), kRouter6 = short6(0xfe, 0x80, 2);
inline constexpr Address kAllNodes6 = short6(0xff, 0x02, 1);

}  // namespace wick::monitor
