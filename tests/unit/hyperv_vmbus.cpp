// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// VMBus, its services and Hyper-V's clocks against a host that is written from published facts, and that also lies.

#include <doctest.h>

#include "hyperv/services.h"
#include "hyperv_fake.h"
#include "platform/x86_64/hyperv/clock_numbers.h"

using namespace wick;
using namespace wick::test;
using namespace wick::drivers::hyperv;

namespace {

std::vector<Offer> taken;
void take(const Offer& offer) { taken.push_back(offer); }

alignas(4096) std::uint8_t memory[64 * 4096];

struct ServiceRig {
  explicit ServiceRig(ServiceKind kind) {
    Channel channel;
    const drivers::Access access = host.access(DeviceKind::none);
    REQUIRE(ok(channel.open(host.bus(), 5, drivers::Doorbell(access.notify, access.device.number), memory, 4096)));
    service = Service(channel, kind);
  }
  static Bytes message(std::uint16_t type, const Bytes& what, std::uint16_t size = 0) {
    Bytes bytes = words(1, 20 + what.size());
    append(append(bytes, std::uint32_t{3}), type);
    append(append(bytes, std::uint32_t{3}), static_cast<std::uint16_t>(size ? size : what.size()));
    append(bytes, std::uint32_t{0});
    bytes.insert(bytes.end(), {7, 3, 0, 0});
    bytes.insert(bytes.end(), what.begin(), what.end());
    return bytes;
  }
  bool serve() { return service.serve(room); }
  Bytes answer() {
    HostRings::Packet packet;
    if (!host.rings().read(packet)) return {};
    CHECK(packet.type == 6);
    return packet.body;
  }
  static std::uint32_t status(const Bytes& answer) { return word_at<std::uint32_t>(answer, 20); }

  FakeHyperv host;
  Service service;
  std::uint8_t room[4096];
};

}  // namespace

TEST_CASE("VMBus: the newest version that the host speaks is agreed upon, and later messages go where it wants them") {
  for (const std::uint32_t version : {0x50000u, 0x40000u, 0x30000u, 0x20004u}) {
    FakeHyperv host;
    host.version = version;
    Vmbus bus = host.bus();
    CHECK(ok(bus.connect(memory)));
    CHECK(host.messages.size() == (version == 0x50000 ? 1 : version == 0x40000 ? 2 : version == 0x30000 ? 3 : 4));
  }
  FakeHyperv host;
  host.version = 0x10001;
  CHECK(host.bus().connect(memory) == Status::unsupported);
}

TEST_CASE("VMBus: a host that doesn't answer, answers something else or talks without end is left alone") {
  FakeHyperv host;
  unsigned rounds = 0;
  SUBCASE("silence") {
    host.instead = [](auto&) { return true; };
  }
  SUBCASE("not connected after all") {
    host.instead = [&](auto&) { return host.to_guest.push_back(words(15, 0, 0x301, 4)), true; };
  }
  SUBCASE("noise") {
    host.instead = [&](auto&) {
      if (++rounds == 1) host.to_guest.assign(10000, words(2, 0, 9));
      return true;
    };
  }
  CHECK(host.bus().connect(memory) == Status::io_error);
}

TEST_CASE("VMBus: offers are listed, those whose channel can't be are passed over, and so is what else is said") {
  FakeHyperv host;
  taken.clear();
  for (const std::uint32_t channel : {0u, 1u, 2047u, 2048u, ~0u})
    host.offers.push_back(FakeHyperv::offer(kNetworkType, channel, 77));
  host.offers.push_back(words(1, 0, 5));  // cut off
  host.offers.push_back(words(99, 0));
  host.offers.push_back(words(4));  // no message at all
  REQUIRE(ok(host.bus().list_offers(take)));
  REQUIRE(taken.size() == 2);
  CHECK(taken[0].channel == 1);
  CHECK(taken[1].channel == 2047);
  CHECK(taken[1].type == kNetworkType);
  CHECK(taken[1].connection == 77);
  CHECK(taken[1].dedicated == 1);
}

TEST_CASE("VMBus: offers without end end") {
  FakeHyperv host;
  taken.clear();
  host.instead = [&](auto&) {
    host.to_guest.assign(20000, FakeHyperv::offer(kScsiType, 3, 3));
    return true;
  };
  CHECK(host.bus().list_offers(take) == Status::io_error);
}

TEST_CASE("VMBus: memory is shared page by page, in as many messages as that takes") {
  FakeHyperv host;
  for (const std::uint32_t pages : {1u, 26u, 27u, 54u, 55u, 64u}) {
    host.messages.clear();
    REQUIRE(ok(host.bus().share(5, pages, memory, pages * 4096)));
    REQUIRE(host.shared[pages].size() == pages);
    for (std::uint32_t i = 0; i < pages; ++i)
      CHECK(host.shared[pages][i] == reinterpret_cast<std::uint64_t>(memory) / 4096 + i);
    CHECK(host.messages.size() == 1 + (pages > 26 ? (pages - 26 + 27) / 28 : 0));
  }
}

TEST_CASE("VMBus: answers must be to what was asked") {
  FakeHyperv host;
  Bytes answer = words(10, 0, 5, 21, 0);
  bool good = false;
  SUBCASE("to another channel") { answer[8] = 6; }
  SUBCASE("to another handle") { answer[12] = 22; }
  SUBCASE("of another kind") { answer[0] = 6; }
  SUBCASE("cut off") { answer.resize(16); }
  SUBCASE("a refusal") { answer[16] = 1; }
  SUBCASE("the right one behind others") {
    host.to_guest.assign(100, words(10, 0, 5, 22, 0));
    good = true;
  }
  host.instead = [&](auto&) { return host.to_guest.push_back(answer), true; };
  CHECK(ok(host.bus().share(5, 21, memory, 4096)) == good);
}

TEST_CASE("Hyper-V's heartbeat: versions are agreed upon, and each beat is answered by the next") {
  ServiceRig rig(ServiceKind::heartbeat);
  rig.host.rings().write(6, 1, {}, ServiceRig::message(0, words(2 << 16 | 2, 0, 1, 3, 1, 3)));
  CHECK_FALSE(rig.serve());
  Bytes answer = rig.answer();
  CHECK(ServiceRig::status(answer) == 0);
  CHECK(answer[25] == 5);
  CHECK(word_at<std::uint32_t>(answer, 28) == (1 << 16 | 1));
  CHECK(word_at<std::uint32_t>(answer, 36) == 3);
  CHECK(word_at<std::uint32_t>(answer, 40) == 3);
  for (std::uint32_t beat = 0; beat < 300; ++beat) {
    rig.host.rings().write(6, beat, {}, ServiceRig::message(1, words(beat, 0, 0, 0, 0, 0, 0, 0, 0, 0)));
    CHECK_FALSE(rig.serve());
    answer = rig.answer();
    REQUIRE(word_at<std::uint64_t>(answer, 28) == beat + 1);
    REQUIRE(ServiceRig::status(answer) == 0);
  }
}

TEST_CASE("Hyper-V's shutdown: the machine shall end, by force or not, and is told of nothing else") {
  ServiceRig rig(ServiceKind::shutdown);
  Bytes what = words(0, 30, 0);
  bool ends = true;
  SUBCASE("gently") {}
  SUBCASE("by force") { what[8] = 1; }
  SUBCASE("start again") { what[8] = 2, ends = false; }
  SUBCASE("hibernate") { what[8] = 4, ends = false; }
  SUBCASE("half a request") { what.resize(4), ends = false; }
  what.resize(what.size() < 12 ? what.size() : 2060);
  rig.host.rings().write(6, 1, {}, ServiceRig::message(3, what));
  CHECK(rig.serve() == ends);
  CHECK((ServiceRig::status(rig.answer()) == 0) == ends);
  CHECK_FALSE(rig.serve());
}

TEST_CASE("Hyper-V's services: what can't be is refused or left alone, and nothing is read beyond it") {
  ServiceRig rig(ServiceKind::heartbeat);
  Bytes message;
  bool answered = true;
  SUBCASE("no version in common") { message = ServiceRig::message(0, words(1 << 16 | 1, 0, 9, 9)); }
  SUBCASE("more versions than there are") { message = ServiceRig::message(0, words(0xffffffff, 0, 3, 3)); }
  SUBCASE("one more than there are") { message = ServiceRig::message(0, words(2 << 16 | 2, 0, 3, 3)); }
  SUBCASE("no list") { message = ServiceRig::message(0, {}); }
  SUBCASE("half a beat") {
    message = ServiceRig::message(1, words(1));
    message.resize(28);
  }
  SUBCASE("a shutdown that isn't its own") { message = ServiceRig::message(3, words(0, 0, 0)); }
  SUBCASE("a service that there isn't") { message = ServiceRig::message(77, words(0, 0, 0)); }
  SUBCASE("half a header") { message = words(1, 2), answered = false; }
  rig.host.rings().write(6, 1, {}, message);
  CHECK_FALSE(rig.serve());
  const Bytes answer = rig.answer();
  CHECK(answer.empty() != answered);
  if (answered) CHECK(ServiceRig::status(answer) == 0x80004005);
}

TEST_CASE("Hyper-V's services: a host that breaks the ring's rules is served no more") {
  ServiceRig rig(ServiceKind::shutdown);
  rig.host.rings().index_to_guest() = 4096;
  CHECK_FALSE(rig.serve());
  rig.host.rings().index_to_guest() = 0;
  rig.host.rings().write(6, 1, {}, ServiceRig::message(3, words(0, 30, 0)));
  CHECK_FALSE(rig.serve());
}

TEST_CASE("Hyper-V's clocks: frequencies and times out of their numbers, whatever they are") {
  using namespace hv::hyperv;
  const auto scale_of = [](std::uint64_t hz) {
    return static_cast<std::uint64_t>((static_cast<unsigned __int128>(kCounterHz) << 64) / hz);
  };
  for (const std::uint64_t hz : {1'000'000'000ull, 2'399'999'123ull, 5'000'000'001ull}) {
    const std::uint64_t scale = scale_of(hz);
    CHECK(tsc_hz(scale) - hz + 1 <= 2);
    const ReferenceTsc page{.sequence = 1, .reserved = 0, .scale = scale, .offset = 70};
    CHECK(reference_time(page, hz * 3) / 1'000 == 3'000'007 - (hz != 0 && reference_time(page, hz * 3) % 1000 != 0));
  }
  for (const std::uint64_t nonsense : {0ull, 1ull, 1ull << 20}) CHECK(tsc_hz(nonsense) == 0);
  CHECK(measured_hz(30'000'000, 100'000) == 3'000'000'000);
  CHECK(measured_hz(30'000'000, 0) == 0);
  CHECK(measured_hz(~0ull, 1) == 0);
  CHECK(measured_hz(1, ~0ull) == 0);
  const ReferenceTsc negative{.sequence = 1, .reserved = 0, .scale = scale_of(2'000'000'000), .offset = ~0ull - 9};
  CHECK(reference_time(negative, 2'000'000'000) / 100 + 10 <= 10'000'000);
}
