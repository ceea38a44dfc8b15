// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The user-mode network's decisions: where a guest may go, which names it may ask for, which frames it may send.
#include <doctest.h>
#include <unistd.h>

#include "hosted_guest.h"
#include "monitor/network/names.h"
#include "monitor/network/packet.h"
#include "monitor/network/reach.h"

namespace monitor = wick::monitor;
using namespace wick::test;

namespace {

monitor::Address address(const char* text) {
  const auto parsed = monitor::parse_address(text);
  REQUIRE_MESSAGE(parsed, text);
  return *parsed;
}

monitor::Reach reach(const char* outgoing, std::vector<std::uint16_t> ports = {}) {
  monitor::Reach out;
  auto parsed = monitor::parse_outgoing(outgoing);
  REQUIRE(parsed);
  out.start(*parsed, std::move(ports));
  return out;
}

}  // namespace

TEST_CASE("reach: what belongs to the host or its link is closed, in every way of writing it") {
  const char* const near[] = {"127.0.0.1",
                              "127.255.0.1",
                              "0.0.0.0",
                              "0.1.2.3",
                              "169.254.169.254",
                              "100.100.100.200",
                              "168.63.129.16",
                              "192.0.0.192",
                              "224.0.0.251",
                              "239.1.1.1",
                              "240.0.0.1",
                              "255.255.255.255",
                              "10.0.2.15",
                              "10.0.2.7",
                              "::",
                              "::1",
                              "::7f00:1",
                              "::ffff:0:127.0.0.1",
                              "fe80::1",
                              "febf::1",
                              "fec0::2",
                              "ff02::1",
                              "fd00:ec2::254",
                              "fd20:ce::254",
                              "2002:7f00:1::1",
                              "2002:a9fe:a9fe::",
                              "2002:0a00:0202::1",
                              "64:ff9b::127.0.0.1",
                              "64:ff9b::a9fe:a9fe",
                              "64:ff9b:1::1",
                              "2001:0:1::1",
                              "2001:db8::5efe:127.0.0.1",
                              "2001:db8::200:5efe:169.254.1.1"};
  const monitor::Reach any = reach("any");
  for (const char* text : near) {
    CHECK_MESSAGE(monitor::is_near(address(text)), text);
    CHECK_MESSAGE(!any.translate({address(text), 80}), text);
  }
  for (const char* text : {"192.0.2.1", "8.8.8.8", "10.1.2.3", "2001:db8::1", "2002:c000:201::1", "64:ff9b::192.0.2.1"})
    CHECK_MESSAGE(any.translate({address(text), 80}), text);
}

TEST_CASE("reach: the host's own addresses are closed, its loopback opens by port") {
  monitor::Reach some = reach("none", {5432});
  CHECK(!some.translate({address("192.0.2.1"), 80}));
  CHECK(!some.translate({monitor::kHost4, 80}));
  const auto there = some.translate({monitor::kHost4, 5432});
  REQUIRE(there);
  CHECK(there->address == address("127.0.0.1"));
  CHECK(some.translate({monitor::kHost6, 5432})->address == address("::1"));
  CHECK(!some.socket_address({monitor::kNames4, 53}, true));
  // Whatever address this machine has: a datagram to a neighbour tells it.
  const int probe = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const monitor::SocketAddress world({address("192.0.2.1"), 9});
  monitor::SocketAddress own;
  socklen_t length = sizeof own;
  if (connect(probe, &world.any, world.length()) == 0 && getsockname(probe, &own.any, &length) == 0)
    CHECK(!reach("any").translate({own.endpoint().address, 22}));
  close(probe);
}

TEST_CASE("reach: a list opens its places, and names what they were resolved to") {
  monitor::Reach list = reach("db.example.org:5432,192.0.2.7:443,[2001:db8::7]:443,169.254.169.254:80,127.0.0.1:22");
  CHECK(list.translate({address("192.0.2.7"), 443}));
  CHECK(!list.translate({address("192.0.2.7"), 80}));
  CHECK(list.translate({address("2001:db8::7"), 443}));
  CHECK(list.translate({address("169.254.169.254"), 80}));  // written there by somebody who meant it
  CHECK(!list.translate({address("127.0.0.1"), 22}));       // loopback has an option of its own
  CHECK(!list.translate({address("192.0.2.9"), 5432}));
  list.pin("db.example.org", address("192.0.2.9"));
  list.pin("db.example.org", address("127.0.0.1"));
  list.pin("db.example.org", address("169.254.169.254"));
  list.pin("other.example.org", address("192.0.2.10"));
  CHECK(list.translate({address("192.0.2.9"), 5432}));
  CHECK(!list.translate({address("192.0.2.9"), 80}));
  CHECK(!list.translate({address("127.0.0.1"), 5432}));
  CHECK(!list.translate({address("169.254.169.254"), 5432}));
  CHECK(!list.translate({address("192.0.2.10"), 5432}));
  CHECK((list.names("db.example.org") && !list.names("example.org") && !list.names("x.db.example.org")));
}

TEST_CASE("reach: each fault of a list has its sentence") {
  for (const char* text : {"db", "db:", ":1", "db:0", "db:65536", "1.2.3:4", "2001:db8::1:80", "[1.2.3.4]:5", "a..b:1",
                           "*.example.org:1", "a b:1", "a:1,", "[::1:80"}) {
    const auto parsed = monitor::parse_outgoing(text);
    CHECK_MESSAGE(!parsed, text);
    if (!parsed) CHECK(parsed.error().find("is no place to reach") != std::string::npos);
  }
  CHECK(!monitor::parse_ports("80,"));
  CHECK(!monitor::parse_ports("http"));
  CHECK(monitor::parse_ports("80,5432")->size() == 2);
}

TEST_CASE("names: a question is written afresh, its answer told from others'") {
  monitor::Names names;
  const monitor::Endpoint guest{monitor::kGuest4, 4000};
  const auto allowed = [](std::string_view name) { return name == "db.example.org"; };
  const Bytes rest = Bytes{2} + text("dB") + Bytes{7} + text("example") + Bytes{3} + text("org") + Bytes{0, 0, 1, 0, 1};
  const Bytes question = be16(0x1234) + Bytes{1, 0, 0, 1, 0, 0, 0, 0, 0, 1} + rest + Bytes(11, 0x41);
  auto asked = names.ask(question, guest, allowed);
  REQUIRE(!asked.query.empty());
  CHECK(asked.refusal.empty());
  CHECK(asked.query.size() == 12 + rest.size());  // nothing of what stood behind it
  const Bytes answer = Bytes(asked.query.begin(), asked.query.begin() + 2) + Bytes{0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0} +
                       Bytes(asked.query.begin() + 12, asked.query.end()) +
                       Bytes{0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4} + Bytes{192, 0, 2, 9};
  Bytes forged = answer;
  forged[0] ^= 1;
  CHECK(names.answer(forged, guest).message.empty());
  CHECK(names.answer(answer, {monitor::kGuest4, 4001}).message.empty());
  const auto told = names.answer(answer, guest);
  REQUIRE(told.addresses.size() == 1);
  CHECK((told.addresses[0] == address("192.0.2.9") && told.name == "db.example.org"));
  CHECK(get(told.message, 0, 2) == 0x1234);
  // For addresses that are closed: the same question, without an answer, so that nobody waits for one.
  CHECK((get(told.refusal, 0, 2) == 0x1234 && get(told.refusal, 2, 2) == 0x8183 && get(told.refusal, 6, 2) == 0));
  CHECK(names.answer(answer, guest).message.empty());  // once

  const Bytes other = be16(7) + Bytes{1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 4} + text("evil") + Bytes{0, 0, 1, 0, 1};
  asked = names.ask(other, guest, allowed);
  CHECK(asked.query.empty());
  REQUIRE(asked.refusal.size() > 4);
  CHECK((asked.refusal[3] & 15) == 3);
  const Bytes loop = be16(7) + Bytes{1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xc0, 12, 0, 1, 0, 1};
  CHECK(names.ask(loop, guest, allowed).refusal.empty());
}

TEST_CASE("frames: what the stack never sends isn't taken") {
  const auto takes = [](const Bytes& frame) { return monitor::read_packet(frame, nullptr).has_value(); };
  const Bytes good = tcp({80, 4000, 1, 1, kAckBit, text("abc")});
  CHECK(takes(good));
  const auto spoilt = [&](std::size_t at, std::uint8_t value, bool sum_ip = false) {
    Bytes frame = good;
    frame[at] = value;
    if (sum_ip) {
      frame[24] = frame[25] = 0;
      const Bytes sum = be16(checksum(Bytes(frame.begin() + 14, frame.begin() + 34)));
      std::copy(sum.begin(), sum.end(), frame.begin() + 24);
    }
    return takes(frame);
  };
  CHECK(!spoilt(6, 0x53));                                        // a sender that is a group
  CHECK(!spoilt(14, 0x46, true));                                 // options of IP
  CHECK(!spoilt(17, 200, true));                                  // longer than the frame
  CHECK(!spoilt(20, 0x20, true));                                 // a piece of TCP
  CHECK(!spoilt(24, 1));                                          // a wrong sum
  CHECK(!spoilt(29, 16, true));                                   // somebody else's address, and a sum that says so
  CHECK(!spoilt(29, 2, true));                                    // the gateway's
  CHECK(!spoilt(54, 'x'));                                        // a wrong sum of TCP
  CHECK(!takes(tcp({80, 4000, 1, 1, kAckBit | 32, text("a")})));  // urgent
  CHECK(!takes(tcp({80, 4000, 1, 1, kSynBit | kFinBit})));
  CHECK(!takes(tcp({80, 4000, 1, 1, 0, text("a")})));
  CHECK(!takes(tcp({0, 4000, 1, 1, kAckBit})));
  CHECK(!takes(tcp({80, 4000, 1, 1, kAckBit, Bytes(2000, 1)})));  // more than the wire carries
  CHECK(!takes(udp(0, 53, kGuestAddress, kRouterAddress, text("a"))));
  CHECK(!takes(ipv4(2, kGuestAddress, Bytes{224, 0, 0, 1}, Bytes(8, 0))));
  CHECK(!takes(ethernet(0x8100, Bytes(60, 0))));
  CHECK(!takes(Bytes(13, 2)));
  Bytes arp = Guest::arp(1, kGuestAddress, Bytes(6, 0), kRouterAddress);
  CHECK(takes(arp));
  arp[22] = 2;
  CHECK(!takes(arp));  // speaks for another
  const Bytes six = ethernet(0x86dd, Bytes{0x60, 0, 0, 0, 0, 8, 17, 64, 0xfe, 0xc0} + Bytes(13, 0) + Bytes{9} +
                                         Bytes(10, 0) + Bytes{0xff, 0xff, 127, 0, 0, 1} + Bytes(8, 1));
  CHECK(!takes(six));  // IPv4 in IPv6's clothes
}
