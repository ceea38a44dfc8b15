// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Where packets go is remembered from one to the next, and forgotten at once when ARP says that an address has moved.

#include <cstdio>
#include <cstdlib>

#include "net/configure.h"
#include "played_peer.h"

using namespace wick;

namespace {

void require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "stack hops: not so: %s\n", what);
  std::exit(1);
}

class Echo final : public net::Connection {
 public:
  std::size_t received(std::string_view bytes) override { return write(bytes, net::Memory::changing); }
  void closed() override {}
};

}  // namespace

int main() {
  test::PlayedDevice device;
  net::Stack& stack = net::stack();
  require(stack.start(64), "the stack starts");
  net::Interface* interface = stack.attach(device, 0);
  require(net::use_address4(*interface, "10.0.0.2/24", ""), "the address is taken");
  net::Listener listener;
  require(listener.open(80,
                        [](void*) -> net::Connection* {
                          static Echo echo;
                          return &echo;
                        }),
          "it listens");
  std::uint64_t now = 1'000'000'000;
  const auto turn = [&] { stack.turn(Nanoseconds{now += 1'000'000}); };
  test::Peer peer(device, 5000, 77, true);
  device.tell_arp();
  peer.open();
  turn();
  peer.listen();
  require(peer.is_open(), "it connects");
  for (char station = 1; station < 20; ++station) {
    if (station % 3 == 0) device.tell_arp(station);
    const char expected = static_cast<char>(station < 3 ? 1 : station / 3 * 3);
    peer.say({.acknowledged = peer.heard(), .window = 60000, .text = "e"});
    turn();
    require(peer.listen().find("+1 ") != std::string::npos, "it answers");
    require(device.destination() == expected, "it goes to whom ARP has told of last");
  }
  peer.reset(20);
  turn();
  std::puts("SUCCESS");
}
