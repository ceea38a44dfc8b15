// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// vmxnet3's rings against a device's end of them that is written from VMware's published headers, and that also lies.

#include <doctest.h>

#include <memory>
#include <vector>

#include "vmware/receive.h"
#include "vmware/transmit.h"

using namespace wick;
using namespace wick::drivers;
using namespace wick::drivers::vmware;

namespace {

constexpr std::uint32_t kEntries = 32;

struct Memory {
  explicit Memory(std::uint64_t bytes)
      : bytes(std::make_unique<std::uint8_t[]>(bytes)), pool(device_address(this->bytes.get()), bytes) {}
  std::unique_ptr<std::uint8_t[]> bytes;
  DmaPool pool;
};

template <typename T>
T* at(std::uint64_t address) {
  return reinterpret_cast<T*>(address);
}

struct ReceiveRig {
  ReceiveRig() : memory(Receive::dma_bytes(kEntries)) {
    REQUIRE(ring.place(memory.pool, kEntries, buffers.data()));
    ring.describe(queue);
    REQUIRE(queue.entries[0] == kEntries);
  }
  /// As the device: fills descriptor `index` and says so.
  void complete(std::uint32_t index, std::uint32_t length, std::uint32_t flags = kFirst | kLast,
                std::uint32_t state = 0) {
    Completion& to = at<Completion>(queue.completions)[put % queue.completion_entries];
    to.index = index | flags;
    to.length = length;
    const bool generation = put / queue.completion_entries % 2 == 0;
    __atomic_store_n(&to.state, state | (generation ? kGeneration : 0), __ATOMIC_RELEASE);
    ++put;
  }
  ReceiveDescriptor& descriptor(std::uint32_t index) { return at<ReceiveDescriptor>(queue.rings[0])[index]; }

  Memory memory;
  std::vector<ReceiveBuffer> buffers{kEntries};
  Receive ring;
  ReceiveQueue queue{};
  std::uint32_t put = 0;
};

struct TransmitRig {
  TransmitRig() : memory(Transmit::dma_bytes(kEntries)) {
    REQUIRE(ring.place(memory.pool, kEntries, sent.data()));
    ring.describe(queue);
  }
  Status send(void* token, unsigned pieces = 1, TransmitHints hints = {}) {
    std::vector<TransmitSegment> segments(pieces, {frame, 60});
    return ring.put(segments, hints, token);
  }
  void complete(std::uint32_t index) {
    Completion& to = at<Completion>(queue.completions)[put % kEntries];
    to.index = index;
    __atomic_store_n(&to.state, put / kEntries % 2 == 0 ? kGeneration : 0, __ATOMIC_RELEASE);
    ++put;
  }
  TransmitDescriptor& descriptor(std::uint32_t index) { return at<TransmitDescriptor>(queue.ring)[index]; }

  Memory memory;
  std::vector<Sent> sent{kEntries};
  Transmit ring;
  TransmitQueue queue{};
  std::uint8_t frame[64]{};
  std::uint32_t put = 0;
};

}  // namespace

TEST_CASE("vmxnet3: received frames come in order, and their descriptors are the device's again in the next lap") {
  ReceiveRig rig;
  for (std::uint32_t lap = 0; lap < 5; ++lap) {
    for (std::uint32_t i = 0; i < kEntries; ++i) {
      REQUIRE(((rig.descriptor(i).length & kGeneration) != 0) == (lap % 2 == 0));
      *at<std::uint8_t>(rig.descriptor(i).address) = static_cast<std::uint8_t>(i);
      REQUIRE_FALSE(rig.ring.ready());
      rig.complete(i, 60 + i, kFirst | kLast, kChecksumGood);
      REQUIRE(rig.ring.ready());
      ReceiveBuffer* frame = rig.ring.take();
      REQUIRE(frame);
      CHECK(frame->length == 60 + i);
      CHECK(frame->data[0] == i);
      CHECK(frame->checksum_good);
      rig.ring.give(*frame);
    }
  }
}

TEST_CASE("vmxnet3: frames that are bad are dropped, those before and behind arrive") {
  ReceiveRig rig;
  rig.complete(0, 60, kFirst);                          // goes on somewhere else
  rig.complete(1, 60, kLast);                           // came from somewhere else
  rig.complete(2, 60 | kReceiveError, kFirst | kLast);  // the device says so
  rig.complete(3, 13);                                  // shorter than its header
  rig.complete(4, kLengthMask);                         // longer than the buffer
  rig.complete(5, 60, kFirst | kLast | kNoChecksum, kChecksumGood);
  for (int i = 0; i < 5; ++i) CHECK(rig.ring.take() == nullptr);
  ReceiveBuffer* good = rig.ring.take();
  REQUIRE(good);
  CHECK_FALSE(good->checksum_good);
  CHECK_FALSE(rig.ring.broken());
}

TEST_CASE("vmxnet3: descriptors that the device passes over are given again") {
  ReceiveRig rig;
  rig.complete(3, 60);
  ReceiveBuffer* frame = rig.ring.take();
  REQUIRE(frame);
  for (std::uint32_t i = 0; i < 3; ++i) CHECK((rig.descriptor(i).length & kGeneration) == 0);  // of the second lap
  CHECK((rig.descriptor(3).length & kGeneration) != 0);  // still the first one's: the stack has its buffer
  CHECK_FALSE(rig.ring.broken());
}

TEST_CASE("vmxnet3: a device that completes what it hasn't got is given up") {
  ReceiveRig rig;
  rig.complete(0, 60);
  REQUIRE(rig.ring.take());  // the stack keeps it
  SUBCASE("the same once more") { rig.complete(0, 60); }
  SUBCASE("one beyond the ring") { rig.complete(kEntries + 1, 60); }
  CHECK(rig.ring.take() == nullptr);
  CHECK(rig.ring.broken());
  CHECK_FALSE(rig.ring.ready());
}

TEST_CASE("vmxnet3: a frame is the device's when all of its descriptors are") {
  TransmitRig rig;
  int token;
  TransmitHints hints{.checksum = true, .checksum_start = 34, .checksum_offset = 16};
  for (std::uint32_t lap = 0; lap < 3; ++lap)
    for (std::uint32_t i = 0; i < kEntries; i += 4) {
      REQUIRE(ok(rig.send(&token, 4, hints)));
      REQUIRE(rig.ring.unpublished());
      CHECK(rig.ring.publish() == (i + 4) % kEntries);
      for (std::uint32_t piece = 0; piece < 4; ++piece) {
        const TransmitDescriptor& one = rig.descriptor(i + piece);
        CHECK(((one.length & kTransmitGeneration) != 0) == (lap % 2 == 0));
        CHECK((one.length & kMostPiece) == 60);
        CHECK((one.length >> kChecksumAt) == 50);
        CHECK((one.flags & kMostHeader) == 34);
        CHECK(((one.flags & kEnd) != 0) == (piece == 3));
      }
      REQUIRE_FALSE(rig.ring.ready());
      rig.complete(i + 3);
      void* done = nullptr;
      REQUIRE(rig.ring.ready());
      REQUIRE(rig.ring.take(done));
      CHECK(done == &token);
    }
}

TEST_CASE("vmxnet3: what can't be sent is refused, and a full ring says so") {
  TransmitRig rig;
  CHECK(rig.send(nullptr, kMostPieces + 1) == Status::bad_argument);
  CHECK(rig.send(nullptr, 1, {.segment_size = 1000}) == Status::bad_argument);
  CHECK(rig.send(nullptr, 1, {.checksum = true, .checksum_start = 50, .checksum_offset = 9}) == Status::bad_argument);
  for (std::uint32_t i = 0; i < kEntries; ++i) REQUIRE(ok(rig.send(nullptr)));
  CHECK(rig.send(nullptr) == Status::would_block);
}

TEST_CASE("vmxnet3: a device that has sent what it never got is given up, and the stack gets its frames back") {
  TransmitRig rig;
  int first, second;
  REQUIRE(ok(rig.send(&first, 2)));
  REQUIRE(ok(rig.send(&second)));
  SUBCASE("not the oldest") {
    (void)rig.ring.publish();
    rig.complete(2);
  }
  SUBCASE("before the doorbell") { rig.complete(1); }
  void* token = nullptr;
  CHECK_FALSE(rig.ring.take(token));
  CHECK(rig.ring.broken());
  CHECK(rig.send(&first) == Status::io_error);
  REQUIRE(rig.ring.abandon(token));
  CHECK(token == &first);
  REQUIRE(rig.ring.abandon(token));
  CHECK(token == &second);
  CHECK_FALSE(rig.ring.abandon(token));
}
