// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Hyper-V's platform and bus, from CPUID on, on a machine that is played here: its MSRs, hypercalls, pages and
// interrupts as TLFS has them. Behind them is the host of hyperv_fake.h.

#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest.h>

#include "hyperv/services.h"
#include "machine.h"
#include "platform/clock.h"

using namespace wick;
using namespace wick::test;

namespace {

/// The machine with its services and a network offered, found.
struct FoundMachine : Machine {
  FoundMachine() {
    using namespace drivers::hyperv;
    REQUIRE(ok(hv::platform->init(boot)));
    host().version = 0x50000;
    for (const auto& [type, channel] : {std::pair{kHeartbeatType, 11u},
                                        {kNetworkType, 5u},
                                        {kShutdownType, 2047u},
                                        {kScsiType, 70u},
                                        {kNetworkType, 5u},
                                        {kHeartbeatType, 12u},
                                        {kTimeType, 20u},
                                        {Guid{}, 13u}})
      host().offers.push_back(FakeHyperv::offer(type, channel, 1000 + channel));
    find();
  }
  Bytes ask(std::uint32_t channel, const Bytes& message) {
    host().channels.at(channel).write(6, 1, {}, message);
    signal(channel);
    HostRings::Packet packet;
    return host().channels.at(channel).read(packet) ? packet.body : Bytes{};
  }
};

Bytes service_message(std::uint16_t type, const Bytes& what) {
  Bytes bytes = words(1, 20 + what.size(), 3);
  append(append(append(append(bytes, type), std::uint32_t{3}), static_cast<std::uint16_t>(what.size())), 0);
  bytes.insert(bytes.end(), {7, 3, 0, 0});
  bytes.insert(bytes.end(), what.begin(), what.end());
  return bytes;
}

/// A device that the host takes away is told of once, and given up; the machine goes on.
void take_network_away(FoundMachine& machine) {
  using drivers::hyperv::kScsiType;
  HypervNetwork& rig = machine.network;
  for (const std::uint32_t channel : {0u, 6u, 2048u, ~0u}) machine.say(words(2, 0, channel));  // nobody's
  machine.say(FakeHyperv::offer(kScsiType, 71, 1071));  // one more is passed over, and keeps nothing back
  machine.say(words(2, 0));                             // cut short
  CHECK(machine.take_events() == 0);
  CHECK(machine.said == "");
  CHECK(rig.poll() == 0);
  CHECK(rig.device->info().link_up);

  for (int twice = 0; twice < 2; ++twice) machine.say(words(2, 0, 5));
  CHECK(machine.take_events() == 1 << 9);
  CHECK(machine.said == "[wick] the host has taken a device away, that of VMBus' channel 5\n");
  CHECK(machine.host().closed.empty());  // that is its driver's
  CHECK(rig.poll() == 0);
  CHECK_FALSE(rig.device->info().link_up);
  CHECK(rig.device->transmit({}, {}, nullptr) == Status::io_error);
  CHECK(machine.host().closed == std::vector<std::uint32_t>{5});
  CHECK(machine.host().released == std::vector<std::uint32_t>{5});
  machine.signal(5);
  CHECK(machine.take_events() == 0);

  machine.say(words(2, 0, 11));  // a service
  CHECK(machine.ask(11, service_message(1, words(41, 0, 0, 0))).empty());
  CHECK(machine.ask(2047, service_message(3, words(0, 30, 0))).size() != 0);
  CHECK(machine.take_events() == 1);
}

}  // namespace

TEST_CASE("Hyper-V is known by its vendor, its interface and as many leaves as that has") {
  Machine machine;
  bool is_it = false;
  SUBCASE("Hyper-V") { is_it = true; }
  SUBCASE("KVM") { machine.vendor = "KVMKVMKVM\0\0\0"; }
  SUBCASE("another interface") { machine.interface = 0x31237649; }
  SUBCASE("too few leaves") { machine.leaves = 0x40000004; }
  CHECK(hv::platform->detect() == is_it);
}

TEST_CASE(
    "Hyper-V: frequencies are what it tells, if they can be, else what is measured; without either there is no clock") {
  Machine machine;
  std::uint64_t hz = 2'500'000'000;
  machine.tsc = 0;
  SUBCASE("told") {}
  SUBCASE("not told") { machine.features &= ~(1u << 11), hz = 0; }
  SUBCASE("nonsense") { machine.msrs[0x40000022] = ~0ull, hz = 0; }
  SUBCASE("nonsense of the timer") { machine.msrs[0x40000023] = 3, hz = 0; }
  REQUIRE(ok(hv::platform->init(machine.boot)));
  if (hz == 0) hz = machine.step * 10'000'000 / (100 * machine.counter_step);  // 100 reads between two of the TSC
  CHECK(machine.boot.tsc_hz == hz);
  CHECK((machine.boot.interfaces & static_cast<std::uint32_t>(Interface::hyperv_clock)) != 0);
  machine.features = 0;
  machine.boot = {};
  CHECK(hv::platform->init(machine.boot) == Status::unsupported);
  machine.features = kAll & ~(1u << 11), machine.counter_step = 0;
}

TEST_CASE("Hyper-V: a clock that stands is no clock") {
  Machine machine;
  machine.features &= ~(1u << 11);
  machine.counter_step = 1ull << 63;
  CHECK(hv::platform->init(machine.boot) == Status::unsupported);
}

TEST_CASE("Hyper-V: time goes on by the reference page, also when the machine has moved, and never back") {
  Machine machine;
  machine.step = 2500;  // a microsecond
  REQUIRE(ok(hv::platform->init(machine.boot)));
  auto& page = *machine.page<hv::hyperv::ReferenceTsc>(0x40000021);
  const auto refresh = [] { hv::platform->refresh_clock(hv::clock_page); };
  const std::uint32_t version = hv::clock_page.version;
  refresh();
  CHECK(hv::clock_page.version == version);  // it isn't valid yet
  page.scale = static_cast<std::uint64_t>((static_cast<unsigned __int128>(10'000'000) << 64) / 2'500'000'000);
  page.offset = 123456789;
  static std::uint32_t sequence = 0;
  page.sequence = ++sequence;
  std::uint64_t before = raw(hv::clock_now());
  refresh();
  CHECK(raw(hv::clock_now()) - before <= 10'000);
  machine.tsc = 77;  // another host, whose TSC counts from its own start and is twice as fast
  page.scale /= 2;
  before = raw(hv::clock_page.system_time ? Nanoseconds{hv::clock_page.system_time} : Nanoseconds{});
  page.offset += 5'000'000;
  page.sequence = ++sequence;
  refresh();
  CHECK(raw(hv::clock_now()) >= before);
  const auto now = raw(hv::clock_now());
  machine.tsc += 5'000'000'000;
  CHECK(raw(hv::clock_now()) - now - 1'000'000'000 <= 10'000);
  SUBCASE("a scale that can't be changes nothing") { page.scale = 1; }
  SUBCASE("nor does a page that isn't valid any more") { page.sequence = 0; }
  if (page.sequence) page.sequence = ++sequence;
  const std::uint32_t last = hv::clock_page.version;
  refresh();
  CHECK(hv::clock_page.version == last);
}

TEST_CASE("Hyper-V: a crash is told, an end is not") {
  Machine machine;
  hv::platform->power_off(70, hv::End::orderly);
  CHECK(machine.msrs.count(0x40000105) == 0);
  hv::platform->power_off(71, hv::End::crash);
  CHECK(machine.msrs[0x40000100] == 71);
  CHECK(machine.msrs[0x40000105] == 1ull << 63);
}

TEST_CASE("Hyper-V's bus: what drivers are for becomes a device, services are opened, and the rest is left alone") {
  FoundMachine machine;
  CHECK(machine.said == "");
  CHECK(machine.msrs[0x40000092] == hv::kPlatformVector);
  CHECK((machine.boot.interfaces & static_cast<std::uint32_t>(Interface::vmbus)) != 0);
  REQUIRE(machine.boot.devices.count == 2);  // each channel once
  CHECK(machine.boot.devices.items[0].kind == DeviceKind::network);
  CHECK(machine.boot.devices.items[1].kind == DeviceKind::block);
  CHECK(drivers::hyperv::facts_of(machine.boot.devices.items[1]).channel == 70);
  CHECK(machine.host().channels.size() == 3);
  CHECK(machine.host().channels.contains(11));
  CHECK(machine.host().channels.contains(2047));

  // The network comes up by its driver, through hypercalls and signals alone.
  HypervNetwork& rig = machine.network;
  machine.refusals = 5;  // the host has no buffers just now
  alignas(4096) static std::uint8_t memory[1 << 20];
  drivers::DmaPool pool(drivers::device_address(memory), sizeof memory);
  const DeviceEntry& entry = machine.boot.devices.items[0];
  REQUIRE_MESSAGE(ok(rig.device->start({entry, pool, 256, hv::hv_finders_start->notify}, *rig.tables, rig.trouble)),
                  rig.trouble);
  CHECK(rig.device->info().mac[5] == 3);
  CHECK(machine.connections.back() == 1005);
  rig.deliver({HypervNetwork::frame_message(60)});
  machine.signal(5);
  CHECK(machine.take_events() == 1 << 9);
  CHECK(machine.ends_of_interrupt == 1);
  CHECK(rig.poll() == 1);

  // It says that it lives.
  machine.connections.clear();
  Bytes answer = machine.ask(11, service_message(1, words(41, 0, 0, 0)));
  CHECK(word_at<std::uint64_t>(answer, 28) == 42);
  CHECK(machine.take_events() == 0);
  CHECK(machine.connections == std::vector<std::uint32_t>{1011});

  // It hears what time it is, unless that is nonsense.
  constexpr std::uint64_t k1970 = 116'444'736'000'000'000, kDate = 1'800'000'000, kSecond = 1'000'000'000;
  const auto sample = [&](std::uint64_t date) {
    Bytes bytes;
    append(append(append(append(bytes, date), std::uint64_t{0}), std::uint64_t{0}), std::uint8_t{1});
    return word_at<std::uint32_t>(machine.ask(20, service_message(4, bytes)), 20);
  };
  CHECK(sample(k1970 - 1) != 0);
  CHECK(sample(~0ull) != 0);
  CHECK(hv::platform->wall_clock() == 0);
  CHECK(sample(k1970 + kDate * 10'000'000) == 0);
  CHECK((hv::platform->wall_clock() + raw(hv::clock_now())) / kSecond == kDate);
  CHECK(word_at<std::uint32_t>(machine.ask(20, service_message(4, words(1, 2))), 20) != 0);
  CHECK((hv::platform->wall_clock() + raw(hv::clock_now())) / kSecond == kDate);
  CHECK(machine.take_events() == 0);

  // And ends as by the power button.
  answer = machine.ask(2047, service_message(3, words(0, 30, 0)));
  CHECK(word_at<std::uint32_t>(answer, 20) == 0);
  CHECK(machine.take_events() == 1);

  // Signals of channels that nobody has are left alone, and numbers that nobody was given are refused.
  machine.signal(13);
  machine.signal(0);
  CHECK(machine.take_events() == 0);
  for (const std::uint32_t number : {drivers::hyperv::kFirstSignal + 5, 0u, ~0u})
    CHECK(hv::hv_finders_start->notify(number) == Status::unsupported);

  take_network_away(machine);  // the last: hv finds its devices once
}

TEST_CASE("Hyper-V's bus: without what it takes there are no devices, and the machine goes on") {
  Machine machine;
  REQUIRE(ok(hv::platform->init(machine.boot)));
  machine.host().version = 0x50000;
  bool told = false;
  SUBCASE("no SynIC") { machine.features &= ~(1u << 2); }
  SUBCASE("no messages") { machine.calls = 0; }
  SUBCASE("no version in common") { machine.host().version = 0x60000, told = true; }
  SUBCASE("another platform") {
    static constexpr hv::Platform kOther{Hypervisor::tcg, {}, {}, {}, {}, {}, {}, {}, {}};
    hv::platform = &kOther;
  }
  machine.find();
  CHECK(machine.boot.devices.count == 0);
  CHECK(machine.said.contains("no VMBus") == told);
  CHECK((machine.boot.interfaces & static_cast<std::uint32_t>(Interface::vmbus)) == 0);
}
