// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// A device that is played: when its link returns, the stack says where its addresses are, by ARP and by neighbour
// advertisements, and before that it says nothing of them unasked.

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "net/configure.h"
#include "net/stack.h"

using namespace wick;

namespace {

constexpr std::uint8_t kMac[6] = {2, 0, 0, 0, 0, 1}, kEveryone[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
constexpr std::uint8_t kAllNodes[6] = {0x33, 0x33, 0, 0, 0, 1}, kAddress[4] = {10, 0, 0, 2};
constexpr std::uint8_t kLinkLocal[16] = {0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xfe, 0, 0, 1};

void require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "stack link: not so: %s\n", what);
  std::exit(1);
}

class Device final : public drivers::Network {
 public:
  drivers::NetworkInfo info() const override {
    return {.mac = {2, 0, 0, 0, 0, 1},
            .mtu = 1500,
            .link_up = !returns,
            .offload = {.receive_checksum = true},
            .events = {}};
  }
  Status transmit(std::span<const drivers::TransmitSegment> segments, const drivers::TransmitHints&,
                  void* token) override {
    frames.emplace_back();
    for (const auto& segment : segments) frames.back().append(static_cast<const char*>(segment.data), segment.length);
    tokens_.push_back(token);
    return Status::ok;
  }
  void flush() override {}
  unsigned poll(Receiver& receiver, unsigned) override {
    for (std::vector<void*> done = std::move(tokens_); void* token : done) receiver.transmitted(token);
    if (returns) receiver.link_returned();
    returns = false;
    return 0;
  }
  void release(drivers::ReceiveBuffer*) override {}
  bool arm() override { return true; }

  bool returns = false;
  std::vector<std::string> frames;

 private:
  std::vector<void*> tokens_;
};

bool at(const std::string& frame, std::size_t place, const auto& bytes) {
  return frame.size() >= place + sizeof bytes && std::memcmp(frame.data() + place, bytes, sizeof bytes) == 0;
}

/// RFC 5227 §3: to everyone, of the address that it asks for.
bool is_arp(const std::string& frame) {
  constexpr std::uint8_t kType[2] = {8, 6};
  return at(frame, 0, kEveryone) && at(frame, 12, kType) && at(frame, 22, kMac) && at(frame, 28, kAddress) &&
         at(frame, 38, kAddress);
}

/// The sum over it and its pseudo-header (RFC 8200 §8.1) is right.
bool sums_up(const std::string& frame) {
  std::uint32_t sum = static_cast<std::uint32_t>(frame.size() - 54) + 58;
  for (std::size_t i = 22; i + 1 < frame.size(); i += 2)
    sum +=
        static_cast<std::uint32_t>(static_cast<std::uint8_t>(frame[i]) << 8 | static_cast<std::uint8_t>(frame[i + 1]));
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return sum == 0xffff;
}

/// RFC 4861 §4.4: unsolicited, overriding, from and of the address that is announced.
bool is_advertisement(const std::string& frame, const std::uint8_t (&address)[16]) {
  constexpr std::uint8_t kType[2] = {0x86, 0xdd}, kKind[2] = {136, 0}, kFlags[1] = {0x20}, kOption[2] = {2, 1};
  return frame.size() == 86 && at(frame, 0, kAllNodes) && at(frame, 12, kType) && at(frame, 22, address) &&
         at(frame, 54, kKind) && at(frame, 58, kFlags) && at(frame, 62, address) && at(frame, 78, kOption) &&
         at(frame, 80, kMac) && sums_up(frame);
}

unsigned count(const std::vector<std::string>& frames, auto is_it) {
  unsigned found = 0;
  for (const auto& frame : frames) found += is_it(frame);
  return found;
}

unsigned arps(const Device& device) { return count(device.frames, is_arp); }
unsigned advertisements(const Device& device) {
  return count(device.frames, [](const std::string& frame) { return is_advertisement(frame, kLinkLocal); });
}

}  // namespace

int main() {
  Device device;
  net::Stack& stack = net::stack();
  require(stack.start(64), "the stack starts");
  net::Interface* interface = stack.attach(device, 0);
  require(net::use_address4(*interface, "10.0.0.2/24", ""), "the address is taken");
  net::use_automatic6(*interface);
  std::uint64_t now = 1'000'000'000;
  const auto pass = [&](unsigned seconds) {
    for (unsigned i = 0; i < seconds * 4; ++i) stack.turn(Nanoseconds{now += 250'000'000});
  };
  pass(5);  // the IPv6 address is known to be nobody else's
  require(arps(device) == 1, "an address is announced when it is given");
  for (int round = 0; round < 3; ++round) {
    device.frames.clear();
    pass(2);
    require(arps(device) == 0 && advertisements(device) == 0, "nothing is announced while the link stays");
    device.returns = true;
    pass(1);
    require(arps(device) == 1, "one ARP announces the address when the link returns");
    require(advertisements(device) == 1, "one neighbour advertisement announces the IPv6 address");
    require(netif_is_link_up(&interface->lwip()), "the interface is up");
  }
  std::puts("SUCCESS");
}
