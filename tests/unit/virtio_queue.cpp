// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The driver's end of a split virtqueue against a device that behaves, and one that doesn't.

#include <doctest.h>

#include "virtio_fake.h"

using namespace wick;
using namespace wick::test;
using drivers::Doorbell;
using drivers::Registers;
using drivers::virtio::Finished;
using drivers::virtio::Queue;
using drivers::virtio::Slot;

namespace {

constexpr std::uint16_t kSize = 8;

struct Rig {
  explicit Rig(bool event_index = true) : memory(1 << 16) {
    REQUIRE(ok(queue.place(memory.pool, slots, {kSize, event_index})));
    device = std::make_unique<FakeQueue>(queue.memory(), event_index);
    queue.connect(Doorbell(Registers({drivers::device_address(&bell), sizeof bell}), 0, 0, Doorbell::Width::bits32));
  }

  void offer(unsigned pieces, void* token = nullptr, std::uint32_t writable = 0) {
    Queue::Chain chain(queue, static_cast<std::uint16_t>(pieces));
    for (unsigned i = 0; i < pieces; ++i) {
      if (writable != 0) {
        chain.put_writable(data, writable);
      } else {
        chain.put(data, i + 1);
      }
    }
    chain.offer(token);
  }
  bool rung() {
    const bool rung = bell != 77;
    bell = 77;
    return rung;
  }

  FakePool memory;
  Slot slots[kSize];
  Queue queue;
  std::unique_ptr<FakeQueue> device;
  std::uint32_t bell = 77;
  std::uint8_t data[64];
};

}  // namespace

TEST_CASE("virtqueue: a chain arrives as it was put and its token comes back") {
  Rig rig;
  int token;
  rig.offer(3, &token);
  CHECK(rig.queue.free() == kSize - 3);
  CHECK_FALSE(rig.device->has_work());  // nothing is visible before it is published
  rig.queue.kick();
  REQUIRE(rig.device->has_work());
  const FakeQueue::Chain chain = rig.device->pop();
  REQUIRE(chain.pieces.size() == 3);
  for (std::uint32_t i = 0; i < 3; ++i) {
    CHECK(chain.pieces[i].data == rig.data);
    CHECK(chain.pieces[i].length == i + 1);
    CHECK_FALSE(chain.pieces[i].writable);
  }
  Finished finished;
  CHECK_FALSE(rig.queue.collect(finished));
  rig.device->push(chain.head, 0);
  REQUIRE(rig.queue.collect(finished));
  CHECK(finished.token == &token);
  CHECK(finished.length == 0);
  CHECK(rig.queue.free() == kSize);
  CHECK_FALSE(rig.queue.collect(finished));
}

TEST_CASE("virtqueue: full ring, finished out of order, each descriptor comes back") {
  Rig rig;
  int tokens[4];
  for (int& token : tokens) rig.offer(2, &token);
  CHECK(rig.queue.free() == 0);
  rig.queue.kick();
  std::vector<FakeQueue::Chain> chains;
  while (rig.device->has_work()) chains.push_back(rig.device->pop());
  REQUIRE(chains.size() == 4);
  for (const int i : {2, 0, 3, 1}) rig.device->push(chains[static_cast<unsigned>(i)].head, 0);
  Finished finished;
  for (const int i : {2, 0, 3, 1}) {
    REQUIRE(rig.queue.collect(finished));
    CHECK(finished.token == &tokens[i]);
  }
  CHECK(rig.queue.free() == kSize);
  rig.offer(kSize);
  rig.queue.kick();
  CHECK(rig.device->pop().pieces.size() == kSize);
  CHECK_FALSE(rig.queue.broken());
}

TEST_CASE("virtqueue: 16-bit indices wrap") {
  for (const bool event_index : {false, true}) {
    Rig rig(event_index);
    std::uintptr_t sent = 0, received = 0;
    while (sent < 200'000) {
      const unsigned pieces = 1 + sent % 3;
      if (rig.queue.free() >= pieces) {
        rig.offer(pieces, reinterpret_cast<void*>(++sent));
        rig.device->want_doorbell();
        rig.queue.kick();
        REQUIRE(rig.rung());
        continue;
      }
      while (rig.device->has_work()) rig.device->push(rig.device->pop().head, 0);
      Finished finished;
      while (rig.queue.collect(finished)) REQUIRE(finished.token == reinterpret_cast<void*>(++received));
    }
    CHECK(sent - received <= kSize);
    CHECK_FALSE(rig.queue.broken());
  }
}

TEST_CASE("virtqueue: doorbells only when the device wants them") {
  SUBCASE("with EVENT_IDX") {
    Rig rig;
    rig.device->want_doorbell(2);
    rig.offer(1);
    rig.offer(1);
    rig.queue.kick();
    CHECK_FALSE(rig.rung());
    rig.offer(1);
    rig.queue.kick();
    CHECK(rig.rung());
    rig.queue.kick();  // nothing new
    CHECK_FALSE(rig.rung());
    rig.offer(1);
    rig.queue.kick();  // the wish was for one event
    CHECK_FALSE(rig.rung());
  }
  SUBCASE("without") {
    Rig rig(false);
    rig.device->set_no_notify(true);
    rig.offer(1);
    rig.queue.kick();
    CHECK_FALSE(rig.rung());
    rig.device->set_no_notify(false);
    rig.offer(1);
    rig.queue.kick();
    CHECK(rig.rung());
  }
}

TEST_CASE("virtqueue: interrupts only when armed") {
  for (const bool event_index : {false, true}) {
    CAPTURE(event_index);
    Rig rig(event_index);
    for (int i = 0; i < 4; ++i) rig.offer(1);
    rig.queue.kick();
    CHECK_FALSE(rig.device->push(rig.device->pop().head, 0));  // no interrupt before one is asked for
    CHECK_FALSE(rig.queue.arm());                              // something is there already
    Finished finished;
    REQUIRE(rig.queue.collect(finished));
    CHECK(rig.queue.arm());
    CHECK(rig.device->push(rig.device->pop().head, 0));
    REQUIRE(rig.queue.collect(finished));
  }
}

TEST_CASE("virtqueue: armed for several, one interrupt at the last of them") {
  Rig rig;
  for (int i = 0; i < 4; ++i) rig.offer(1);
  rig.queue.kick();
  CHECK(rig.queue.arm(3));
  CHECK_FALSE(rig.device->push(rig.device->pop().head, 0));
  CHECK_FALSE(rig.device->push(rig.device->pop().head, 0));
  CHECK(rig.device->push(rig.device->pop().head, 0));
  CHECK_FALSE(rig.device->push(rig.device->pop().head, 0));
}

TEST_CASE("virtqueue: a lying device breaks the queue, not us") {
  Rig rig;
  int token;
  rig.offer(2, &token, 16);
  rig.offer(1, &token, 16);
  rig.queue.kick();
  const std::uint16_t head = rig.device->pop().head;
  const std::uint16_t second = rig.device->pop().head;
  Finished finished;
  SUBCASE("an id beyond the ring") { rig.device->push(kSize, 0); }
  SUBCASE("an id far beyond") { rig.device->push(0xffff'ffff, 0); }
  SUBCASE("an id that is no head") { rig.device->push(1, 0); }
  SUBCASE("an id of a free descriptor") { rig.device->push(kSize - 1, 0); }
  SUBCASE("an id twice") {
    rig.device->push(head, 32);
    REQUIRE(rig.queue.collect(finished));
    rig.device->push(head, 32);
  }
  SUBCASE("more bytes than there is room for") { rig.device->push(head, 33); }
  SUBCASE("more bytes than the neighbour's room") { rig.device->push(second, 17); }
  SUBCASE("more chains finished than offered") { rig.device->jump(3); }
  SUBCASE("an index that runs backwards") { rig.device->jump(0xffff); }
  CHECK_FALSE(rig.queue.collect(finished));
  CHECK(rig.queue.broken());
  // Broken for good: a correct answer does not help any more, and nobody waits for an interrupt.
  rig.device->push(head, 0);
  CHECK_FALSE(rig.queue.collect(finished));
  CHECK(rig.queue.arm());
  unsigned abandoned = 0;
  for (void* left; rig.queue.abandon(left); ++abandoned) CHECK(left == &token);
  CHECK(abandoned >= 1);
  CHECK(abandoned <= 2);
}

TEST_CASE("virtqueue: no memory, no ring; odd sizes are refused") {
  FakePool memory(256);
  Slot slots[64];
  Queue queue;
  CHECK(queue.place(memory.pool, slots, {64, true}) == Status::no_memory);
  FakePool more(1 << 16);
  CHECK(queue.place(more.pool, slots, {0, true}) == Status::bad_argument);
  CHECK(queue.place(more.pool, slots, {24, true}) == Status::bad_argument);
  CHECK(ok(queue.place(more.pool, slots, {1, true})));
}
