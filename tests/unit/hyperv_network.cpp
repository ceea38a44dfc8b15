// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// netvsc against a host that is written from the facts of Linux' driver, and that also lies.

#include <doctest.h>

#include "class/driver.h"
#include "hyperv_fake_network.h"

using namespace wick;
using namespace wick::test;

TEST_CASE("netvsc: comes up by the newest version that both speak, and says what the network is") {
  HypervNetwork rig;
  SUBCASE("today's") {}
  SUBCASE("Windows Server 2012's") { rig.nvsp = 0x30002; }
  REQUIRE_MESSAGE(ok(rig.start()), rig.trouble);
  const drivers::NetworkInfo info = rig.device->info();
  CHECK(info.mac[1] == 0x15);
  CHECK(info.mac[5] == 3);
  CHECK(info.mtu == 1500);
  CHECK(info.link_up);
  CHECK_FALSE(info.offload.transmit_checksum);
  CHECK(info.events == event_bit(9));
  CHECK(rig.filter == 13);
  CHECK(word_at<std::uint32_t>(rig.told.at(125), 4) == 1514);
  CHECK(word_at<std::uint32_t>(rig.told.at(100), 8) == (rig.nvsp == 0x50000 ? 30 : 1));
  CHECK(rig.host.shared.size() == 3);
  CHECK(rig.acknowledged == 4);  // each answer was in the receive buffer, which the host has back
}

TEST_CASE("netvsc: a link that is down comes up when the host says so") {
  HypervNetwork rig;
  rig.link = 1;
  REQUIRE(ok(rig.start()));
  CHECK_FALSE(rig.device->info().link_up);
  rig.deliver({words(7, 20, 0x4001000b, 0, 0)}, 1);
  CHECK(rig.poll() == 0);
  CHECK(rig.device->info().link_up);
  rig.deliver({words(7, 20, 0x4001000b, 0, 0)}, 1);
  CHECK(rig.poll() == 0);
  CHECK(rig.returns == 1);
  rig.deliver({words(7, 20, 0x4001000c, 0, 0)}, 1);
  CHECK(rig.poll() == 0);
  CHECK(rig.returns == 1);
  CHECK_FALSE(rig.device->info().link_up);
}

TEST_CASE("netvsc: a host that it can't work with is refused in one sentence, and its channel closed") {
  HypervNetwork rig;
  SUBCASE("no version in common") { rig.nvsp = 0x60000; }
  SUBCASE("sections too small for a frame") { rig.section = 1500; }
  SUBCASE("sections larger than the buffer") { rig.section = 1 << 20; }
  SUBCASE("sections of nothing") { rig.section = 0; }
  SUBCASE("silence") { rig.serves = false; }
  SUBCASE("an address of five bytes") {
    rig.instead_of_answer = [](Bytes bytes) { return bytes[16] = 5, bytes; };
  }
  SUBCASE("an address beyond its message") {
    rig.instead_of_answer = [](Bytes bytes) { return bytes[20] = 17, bytes; };
  }
  SUBCASE("an address at an offset that overflows") {
    rig.instead_of_answer = [](Bytes bytes) { return std::memset(bytes.data() + 20, 0xff, 4), bytes; };
  }
  SUBCASE("a message longer than its range") {
    rig.instead_of_answer = [](Bytes bytes) { return bytes[4] = 200, bytes; };
  }
  SUBCASE("an answer to another question") {
    rig.instead_of_answer = [](Bytes bytes) { return bytes[8] += 9, bytes; };
  }
  SUBCASE("a refusal") {
    rig.instead_of_answer = [](Bytes bytes) { return bytes[12] = 1, bytes; };
  }
  CHECK_FALSE(ok(rig.start()));
  CHECK(std::strlen(rig.trouble) > 0);
  CHECK(rig.host.closed == std::vector<std::uint32_t>{5});
  CHECK_FALSE(rig.device->info().link_up);
  CHECK(rig.transmit(60, nullptr) == Status::io_error);
}

TEST_CASE("netvsc: what its bus leaves out, and a pool that is too small") {
  HypervNetwork rig;
  drivers::Access access = rig.host.access(DeviceKind::network);
  SUBCASE("no event") { rig.host.entry().event_count = 0; }
  SUBCASE("no mailbox") { rig.host.entry().windows[0].length = 8; }
  SUBCASE("no memory") { rig.host.pool() = drivers::DmaPool(drivers::device_address(rig.frame), 64); }
  CHECK_FALSE(ok(rig.device->start(access, *rig.tables, rig.trouble)));
  CHECK(rig.host.messages.empty());
}

TEST_CASE("netvsc: frames arrive, several in a packet, lap after lap, and the host has its memory back at once") {
  HypervNetwork rig;
  REQUIRE(ok(rig.start()));
  const unsigned before = rig.acknowledged;
  for (unsigned lap = 0; lap < 200; ++lap) {
    REQUIRE(rig.deliver({HypervNetwork::frame_message(60 + lap), HypervNetwork::frame_message(1514, 1 << 3),
                         HypervNetwork::frame_message(80, 1 << 4 | 1 << 2), HypervNetwork::frame_message(13)}));
    REQUIRE(rig.poll() == 3);
    REQUIRE(rig.frames[0]->length == 60 + lap);
    REQUIRE(rig.frames[0]->data[1] == static_cast<std::uint8_t>(61 + lap));
    CHECK_FALSE(rig.frames[0]->checksum_good);
    REQUIRE(rig.frames[1]->length == 1514);
    CHECK(rig.frames[1]->checksum_good);
    CHECK_FALSE(rig.frames[2]->checksum_good);  // something has failed
    rig.receive_buffer[44] ^= 0xff;
    CHECK(rig.frames[0]->data[0] == static_cast<std::uint8_t>(60 + lap));  // the host can't change it any more
    rig.release_all();
    CHECK(rig.device->arm());
  }
  CHECK(rig.acknowledged == before + 200);
}

TEST_CASE("netvsc: a poll stops at its budget in the middle of a packet and goes on there") {
  HypervNetwork rig;
  REQUIRE(ok(rig.start()));
  const unsigned before = rig.acknowledged;
  rig.deliver({HypervNetwork::frame_message(60), HypervNetwork::frame_message(61), HypervNetwork::frame_message(62)});
  CHECK(rig.poll(2) == 2);
  CHECK_FALSE(rig.device->arm());
  CHECK(rig.acknowledged == before);
  CHECK(rig.poll(2) == 1);
  CHECK(rig.frames[2]->length == 62);
  CHECK(rig.acknowledged == before + 1);
  CHECK(rig.device->arm());
}

TEST_CASE("netvsc: frames for which the stack has left no buffer are lost, later ones arrive") {
  HypervNetwork rig;
  REQUIRE(ok(rig.start()));
  for (unsigned i = 0; i < 70; ++i) {
    REQUIRE(rig.deliver({HypervNetwork::frame_message(60 + i)}));
    rig.poll();
  }
  CHECK(rig.frames.size() == 64);
  rig.release_all();
  rig.deliver({HypervNetwork::frame_message(99)});
  CHECK(rig.poll() == 1);
  CHECK(rig.frames[0]->length == 99);
}

TEST_CASE("netvsc: frames go out whole, as many as there is room for, and their tokens come back once") {
  HypervNetwork rig;
  REQUIRE(ok(rig.start()));
  int tokens[17];
  for (unsigned i = 0; i < sizeof rig.frame; ++i) rig.frame[i] = static_cast<std::uint8_t>(i * 7);
  for (unsigned lap = 0; lap < 100; ++lap) {
    rig.completes = false;
    for (unsigned i = 0; i < 16; ++i) REQUIRE(ok(rig.transmit(60 + i, &tokens[i])));
    REQUIRE(rig.transmit(60, &tokens[16]) == Status::would_block);
    CHECK(rig.sent.empty());  // nothing before the flush
    rig.device->flush();
    REQUIRE(rig.sent.size() == 16);
    CHECK(word_at<std::uint32_t>(rig.sent[3], 4) == 44 + 63);
    CHECK(word_at<std::uint32_t>(rig.sent[3], 8) == 36);
    CHECK(word_at<std::uint32_t>(rig.sent[3], 12) == 63);
    CHECK(std::memcmp(rig.sent[3].data() + 44, rig.frame, 63) == 0);
    rig.poll();
    CHECK(rig.tokens.empty());
    for (const std::uint64_t one : rig.transactions) REQUIRE(rig.rings().write(11, one, {}, words(108, 1)));
    rig.poll();
    CHECK(rig.tokens.size() == 16);
    rig.tokens.clear(), rig.transactions.clear(), rig.sent.clear();
  }
  for (const unsigned bad : {13u, 1519u}) CHECK(rig.transmit(bad, nullptr) == Status::bad_argument);
  CHECK(rig.transmit(60, nullptr, {.checksum = true}) == Status::bad_argument);
}

TEST_CASE("netvsc: a host that breaks the rules is given up, and what was to be sent goes back") {
  HypervNetwork rig;
  REQUIRE(ok(rig.start()));
  int token;
  rig.completes = false;
  REQUIRE(ok(rig.transmit(60, &token)));
  rig.device->flush();
  REQUIRE(rig.transactions.size() == 1);
  Bytes frame = HypervNetwork::frame_message(60, 8);
  const auto with = [&](std::size_t at, std::uint32_t value) {
    std::memcpy(frame.data() + at, &value, sizeof value);
    rig.deliver({frame});
  };
  SUBCASE("a transaction that there isn't") { rig.rings().write(11, 40, {}, words(108, 1)); }
  SUBCASE("it takes the network away") { rig.host.facts.gone = 1; }
  SUBCASE("transaction 0") { rig.rings().write(11, 0, {}, words(108, 1)); }
  SUBCASE("a transaction far beyond") { rig.rings().write(11, ~0ull, {}, words(108, 1)); }
  SUBCASE("twice the same") {
    for (int i = 0; i < 2; ++i) rig.rings().write(11, rig.transactions[0], {}, words(108, 1));
  }
  SUBCASE("another buffer's ranges") { rig.tell(words(0xcaff, 1, 60, 0)); }
  SUBCASE("more ranges than it tells") { rig.tell(words(0xcafe, 2, 60, 0)); }
  SUBCASE("very many ranges") { rig.tell(words(0xcafe, ~0u, 60, 0)); }
  SUBCASE("no ranges at all") { rig.rings().write(7, 1, {}, words(107, 0, ~0u, 0)); }
  SUBCASE("a range beyond the buffer") {
    rig.tell(words(0xcafe, 1, 61, drivers::hyperv::NetworkDevice::kReceiveBytes - 60));
  }
  SUBCASE("a range that overflows") { rig.tell(words(0xcafe, 1, 60, ~0u)); }
  SUBCASE("a range longer than the buffer") { rig.tell(words(0xcafe, 1, ~0u, 0)); }
  SUBCASE("another message than RNDIS'") { rig.rings().write(7, 1, words(0xcafe, 1, 60, 0), words(108, 0)); }
  SUBCASE("a message shorter than its header") { rig.deliver({words(1)}); }
  SUBCASE("a packet shorter than its header") { rig.deliver({words(1, 40, 36, 4, 0, 0, 0, 0, 0, 0)}); }
  SUBCASE("a message longer than its range") { with(4, static_cast<std::uint32_t>(frame.size()) + 1); }
  SUBCASE("a frame beyond its message") { with(8, 53); }
  SUBCASE("a frame at an offset that overflows") { with(8, ~0u - 7); }
  SUBCASE("a frame of a length that overflows") { with(12, ~0u); }
  SUBCASE("facts beyond the message") { with(28, 1000); }
  SUBCASE("facts at an offset that overflows") { with(28, ~0u); }
  SUBCASE("a fact of nothing") { with(44, 0); }
  SUBCASE("a fact longer than all of them") { with(44, 17); }
  SUBCASE("half an indication") { rig.deliver({words(7, 8)}, 1); }
  SUBCASE("an index beyond the ring") { rig.rings().index_to_guest() = 16384; }
  SUBCASE("an index in the middle of a word") { rig.rings().index_to_guest() += 4; }
  SUBCASE("a packet that is cut off") {
    rig.rings().write_raw(words(0));
    rig.rings().write_raw(words(0));
  }
  SUBCASE("a packet longer than what there is") { rig.rings().write_raw(words(2 << 16 | 6, 9, 0, 0, 0, 0)); }
  SUBCASE("a packet longer than any") {
    Bytes packet = words(2 << 16 | 6, 300, 0, 0);
    packet.resize(300 * 8 + 8);
    rig.rings().write_raw(packet);
  }
  SUBCASE("data before the descriptor's end") { rig.rings().write_raw(words(1 << 16 | 6, 2, 0, 0, 0, 0)); }
  SUBCASE("data behind the packet's end") { rig.rings().write_raw(words(3 << 16 | 6, 2, 0, 0, 0, 0)); }
  SUBCASE("an index of the other ring beyond it") {
    rig.rings().guests_index_read() = 16384;
    CHECK(rig.transmit(60, nullptr) == Status::io_error);
  }
  const std::size_t released = rig.frames.size();
  rig.poll();
  CHECK(rig.frames.size() == released);
  CHECK(rig.tokens == std::vector<void*>{&token});
  CHECK(rig.host.closed == std::vector<std::uint32_t>{5});
  CHECK_FALSE(rig.device->info().link_up);
  CHECK(rig.transmit(60, &token) == Status::io_error);
  CHECK(rig.poll() == 0);
  CHECK(rig.device->arm());
  CHECK(rig.tokens.size() == 1);
}

TEST_CASE("netvsc: a host that waits for room is told when there is some, and an armed device hears of a frame") {
  HypervNetwork rig;
  REQUIRE(ok(rig.start()));
  auto* const ring = reinterpret_cast<std::uint32_t*>(rig.rings().to_guest);
  rig.deliver({HypervNetwork::frame_message(60)});
  CHECK_FALSE(rig.device->arm());
  rig.poll();
  CHECK(ring[2] == 1);  // no signals while it looks anyway
  ring[3] = 100;
  const unsigned before = rig.host.signals;
  CHECK(rig.device->arm());
  CHECK(ring[2] == 0);
  CHECK(rig.host.signals == before + 1);
}

TEST_CASE("netvsc: takes no more memory than it declares, and less than virtio's") {
  const auto* found = wick_drivers_start;
  while (std::string_view(found->name) != "hyperv/network") ++found;
  for (const std::uint32_t ring : {16u, 48u, 256u, 1024u}) {
    HypervNetwork rig;
    drivers::Access access = rig.host.access(DeviceKind::network, found->dma_bytes(ring));
    access.ring_size = ring;
    CHECK(ok(rig.device->start(access, *rig.tables, rig.trouble)));
  }
  const auto* virtio = wick_drivers_start;
  while (std::string_view(virtio->name) != "virtio/network") ++virtio;
  CHECK(found->dma_bytes(256) <= virtio->dma_bytes(256));
}
