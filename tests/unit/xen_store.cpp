// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The client of XenStore: what it asks, and that nothing it is told makes it read too much, wait for ever or believe.

#include <doctest.h>

#include "xen/control.h"
#include "xen_fake.h"

using namespace wick;
using namespace wick::drivers::xen;
using wick::test::FakeXen;

namespace {

struct Rig {
  Rig() : access(xen.access(DeviceKind::block)), store(xen.page(), access.notify) {}
  FakeXen xen;
  drivers::Access access;
  Store store;
  Text value;
};

}  // namespace

TEST_CASE("XenStore: nodes are read and written, and what isn't there is not found") {
  Rig rig;
  rig.xen.nodes["/local/domain/0/backend/state"] = "4";
  REQUIRE(ok(rig.store.read("/local/domain/0/backend/state", rig.value)));
  CHECK(rig.value.view() == "4");
  CHECK(rig.store.read("/nothing", rig.value) == Status::not_found);
  REQUIRE(ok(rig.store.write("device/vbd/1/state", "3")));
  CHECK(rig.xen.nodes["/local/domain/5/device/vbd/1/state"] == "3");
  for (int i = 0; i < 1000; ++i) REQUIRE(ok(rig.store.read("device/vbd/1/state", rig.value)));  // many laps of the page
  CHECK(rig.value.view() == "3");
}

TEST_CASE("XenStore: a watched node's changes are counted, whenever they come") {
  Rig rig;
  REQUIRE(ok(rig.store.watch("/a/state")));
  const std::uint32_t first = rig.store.changes();
  CHECK(first == 1);  // the daemon tells of each watch at once
  CHECK_FALSE(rig.store.has_news(first));
  rig.xen.set("/a/state", "5");
  CHECK(rig.store.has_news(first));
  rig.xen.set("/b/state", "5");
  rig.xen.set("/a/state", "6");
  REQUIRE(ok(rig.store.read("/a/state", rig.value)));  // in between
  CHECK(rig.value.view() == "6");
  CHECK(rig.store.changes() == first + 2);
}

TEST_CASE("XenStore: a value that is too long for its room is refused, and the next one is read") {
  Rig rig;
  rig.xen.nodes["/long"] = std::string(kMostStoreBytes, 'x');  // four times the page's ring
  rig.xen.nodes["/fits"] = std::string(Text::kRoom, 'y');
  CHECK(rig.store.read("/long", rig.value) == Status::no_memory);
  REQUIRE(ok(rig.store.read("/fits", rig.value)));
  CHECK(rig.value.view() == rig.xen.nodes["/fits"]);
}

TEST_CASE("XenStore: a value as long as messages are is read whole where there is room for it, and no further") {
  Rig rig;
  std::string longest;
  for (std::uint32_t i = 0; i < kMostStoreBytes; ++i) longest += static_cast<char>('a' + i % 23);
  rig.xen.nodes["/longest"] = longest;
  rig.xen.nodes["/empty"] = "";
  char room[kMostStoreBytes + 1];
  std::span<char> value = room;
  REQUIRE(ok(rig.store.read("/longest", value)));
  CHECK(std::string(value.data(), value.size()) == longest);
  value = room;
  REQUIRE(ok(rig.store.read("/empty", value)));
  CHECK(value.empty());
  value = room;
  CHECK(rig.store.read("/nothing", value) == Status::not_found);
  room[99] = '!';
  value = {room, 99};
  CHECK(rig.store.read("/longest", value) == Status::no_memory);
  CHECK(room[99] == '!');
  rig.xen.nodes["/longest"] += 'x';
  value = room;
  CHECK(rig.store.read("/longest", value) == Status::io_error);
  CHECK(rig.store.broken());
}

TEST_CASE("XenStore: a daemon that breaks the rules is asked nothing more") {
  Rig rig;
  using Header = FakeXen::Header;
  rig.xen.nodes["/a"] = "1";
  const auto lie = [&](auto change) {
    rig.xen.instead = [&rig, change](Header header, const std::string&) {
      header.length = 1;
      change(header);
      rig.xen.say_raw(header, "1");
      return true;
    };
  };
  SUBCASE("another request's reply") {
    lie([](Header& header) { ++header.request; });
  }
  SUBCASE("a reply of another kind") {
    lie([](Header& header) { header.type = StoreType::directory; });
  }
  SUBCASE("a kind that there isn't") {
    lie([](Header& header) { header.type = StoreType{0x80000002}; });
  }
  SUBCASE("longer than messages are") {
    lie([](Header& header) { header.length = kMostStoreBytes + 1; });
  }
  SUBCASE("longer than it is") {
    lie([](Header& header) { header.length = 2; });
  }
  SUBCASE("an event longer than messages are") {
    lie([](Header& header) {
      header.type = StoreType::watch_event;
      header.length = ~0u;
    });
  }
  SUBCASE("silence") {
    rig.xen.instead = [](auto, auto&) { return true; };
  }
  SUBCASE("more than fits into the page") {
    rig.xen.instead = [&rig](auto, auto&) {
      rig.xen.page().replies_put += kStoreRing + 1;
      return true;
    };
  }
  SUBCASE("it has taken what it never got") { rig.xen.page().requests_taken = 5; }
  CHECK(rig.store.read("/a", rig.value) == Status::io_error);
  CHECK(rig.store.broken());
  CHECK(rig.xen.waits < 1100);
  const unsigned before = rig.xen.waits;
  CHECK(rig.store.read("/a", rig.value) == Status::io_error);
  CHECK(rig.store.changes() == rig.store.changes());
  CHECK(rig.xen.waits == before);
}

TEST_CASE("XenStore: what comes unasked and is no event ends the talk") {
  Rig rig;
  rig.xen.say({StoreType::read, 1, 0, 0}, "4");
  CHECK(rig.store.has_news(0));
  (void)rig.store.changes();
  CHECK(rig.store.broken());
  CHECK_FALSE(rig.store.has_news(0));
}

TEST_CASE("XenStore: numbers and addresses are taken only if they are nothing else") {
  CHECK(parse_decimal("0", 0) == 0u);
  CHECK(parse_decimal("18446744073709551615", ~0ull) == ~0ull);
  CHECK(parse_decimal("00042", 42) == 42u);
  for (const char* bad : {"", " 1", "1 ", "-1", "+1", "0x10", "1\n", "18446744073709551616", "99999999999999999999999"})
    CHECK_FALSE(parse_decimal(bad, ~0ull));
  CHECK_FALSE(parse_decimal("43", 42));
  CHECK_FALSE(parse_decimal("9", 4));
  CHECK(parse_mac("00:16:3e:00:aB:01") == Mac{0x00, 0x16, 0x3e, 0x00, 0xab, 0x01});
  for (const char* bad : {"", "00:16:3e:00:00:0", "00:16:3e:00:00:011", "00-16-3e-00-00-01", "0g:16:3e:00:00:01",
                          "01:16:3e:00:00:01", "00:16:3e:00:00:01:"})
    CHECK_FALSE(parse_mac(bad));
}

TEST_CASE("The domain's control node: what the tools ask for is acknowledged, and done once") {
  FakeXen xen;
  const drivers::Access access = xen.access(DeviceKind::block);
  const std::string node = "/local/domain/5/control/shutdown";
  Control control;
  control.use(xen.page(), access.notify);
  control.follow();
  CHECK(xen.nodes["/local/domain/5/control/feature-suspend"] == "1");
  CHECK(xen.wishes.empty());
  CHECK_FALSE(control.has_news());
  std::vector<Wish> expected;
  const auto ask = [&](const std::string& word) {
    xen.set(node, word);
    CHECK(control.has_news());
    control.follow();
    control.follow();
    CHECK(xen.wishes == expected);
    CHECK_FALSE(control.has_news());
  };
  SUBCASE("an end") { expected = {Wish::power_off}, ask("poweroff"); }
  SUBCASE("a halt is an end") { expected = {Wish::power_off}, ask("halt"); }
  SUBCASE("another start") { expected = {Wish::reboot}, ask("reboot"); }
  SUBCASE("a suspension that is called off") {
    xen.suspension = Status::would_block;
    expected = {Wish::suspend};
    ask("suspend");
    expected.push_back(Wish::power_off);
    ask("poweroff");
  }
  SUBCASE("a suspension, after which another daemon is told anew") {
    xen.on_move = [&] { xen.nodes.clear(); };
    for (int round = 0; round < 3; ++round) {
      expected.push_back(Wish::suspend);
      ask("suspend");
      CHECK(xen.nodes["/local/domain/5/control/feature-suspend"] == "1");
    }
  }
  SUBCASE("nothing that is known") {
    for (const char* word : {"crash", "poweroff ", "POWEROFF", "suspend\n"}) ask(word);
    CHECK(xen.nodes[node].empty());
  }
  SUBCASE("too long a word") { ask(std::string(3000, 'p')); }
}
