// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The rings between monitor and network: what goes in comes out, who waits is told, and whatever the other side writes
// there, no byte beyond the ring is touched.
#include <doctest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <deque>
#include <random>
#include <thread>
#include <vector>

#include "monitor/network/frame_ring.h"

using namespace wick::monitor;

namespace {

using Frame = std::vector<std::uint8_t>;
constexpr std::size_t kMaxBytes = kMaxFrame + kMaxOffloadHeader;

/// A ring with a page behind it that nobody may touch.
struct Ring {
  Ring() {
    const std::size_t page = 4096;
    void* at = mmap(nullptr, sizeof(FrameRing) + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    REQUIRE(at != MAP_FAILED);
    REQUIRE(mprotect(static_cast<char*>(at) + sizeof(FrameRing), page, PROT_NONE) == 0);
    ring = static_cast<FrameRing*>(at);
  }
  ~Ring() { munmap(ring, sizeof(FrameRing) + 4096); }
  FrameRing& operator*() const { return *ring; }
  FrameRing* operator->() const { return ring; }
  FrameRing* ring;
};

bool put(RingWriter& writer, const Frame& frame) {
  std::uint8_t* to = writer.reserve(frame.size());
  if (!to) return false;
  std::copy(frame.begin(), frame.end(), to);
  writer.commit(frame.size());
  return true;
}

}  // namespace

TEST_CASE("frame ring: frames of all lengths come out in order, over many turns of the ring") {
  Ring ring;
  RingWriter writer;
  RingReader reader;
  writer.open(*ring);
  reader.open(*ring);
  std::mt19937 random(1);
  std::deque<Frame> inside;
  unsigned full = 0, read = 0;
  while (read < 3000) {
    Frame frame(random() % 4 ? random() % 200 : random() % (kMaxBytes + 1));
    for (auto& byte : frame) byte = std::uint8_t(random());
    const bool fits = put(writer, frame);
    if (fits) inside.push_back(frame);
    full += !fits;
    writer.publish();
    if (fits && random() % 8) continue;
    for (unsigned count = random() % 20; count; --count) {
      const auto got = reader.next();
      REQUIRE(got.has_value() == !inside.empty());
      if (!got) break;
      CHECK(std::ranges::equal(*got, inside.front()));
      inside.pop_front();
      ++read;
    }
    reader.release();
  }
  CHECK(full > 0);
  CHECK(!reader.broken());
  CHECK(!writer.broken());
  CHECK(!writer.reserve(kMaxBytes + 1));
}

TEST_CASE("frame ring: what isn't published isn't read, and who waits is told once") {
  Ring ring;
  RingWriter writer;
  RingReader reader;
  writer.open(*ring);
  reader.open(*ring);
  CHECK(!writer.publish());
  REQUIRE(put(writer, Frame(10, 1)));
  CHECK(!reader.next());
  CHECK(reader.wait());
  CHECK(writer.publish());
  CHECK(!writer.publish());
  REQUIRE(put(writer, Frame(10, 2)));
  CHECK(!writer.publish());  // nobody waits now
  CHECK(!reader.wait());
  CHECK(reader.next());
  CHECK(reader.next());
  CHECK(!reader.release());
  while (put(writer, Frame(60'000, 3))) {
  }
  writer.publish();
  CHECK(writer.wait_for(kRoomForOne * 3));
  while (reader.next()) {
  }
  CHECK(reader.release());
  CHECK(!writer.wait_for(kRoomForOne));
  CHECK(put(writer, Frame(60'000, 4)));
}

TEST_CASE("frame ring: nobody sleeps through a frame or a place") {
  Ring ring;
  constexpr unsigned kFrames = 200'000;
  int words[2];
  REQUIRE(pipe(words) == 0);
  int back[2];
  REQUIRE(pipe(back) == 0);
  RingReader reader;
  reader.open(*ring);
  std::thread other([&] {
    RingWriter writer;
    writer.open(*ring);
    char byte = 0;
    for (unsigned number = 0; number < kFrames;) {
      Frame frame(number % 997, std::uint8_t(number));
      if (put(writer, frame)) {
        if (++number % 3 == 0 || number == kFrames)
          if (writer.publish()) (void)!write(words[1], &byte, 1);
        continue;
      }
      if (writer.publish()) (void)!write(words[1], &byte, 1);
      if (writer.wait_for(kRoomForOne)) (void)!read(back[0], &byte, 1);
    }
  });
  unsigned wrong = 0;
  for (unsigned number = 0; number < kFrames;) {
    char byte = 0;
    while (const auto frame = reader.next()) {
      wrong += frame->size() != number % 997 || (!frame->empty() && frame->back() != std::uint8_t(number));
      ++number;
    }
    if (reader.release()) (void)!write(back[1], &byte, 1);
    if (number < kFrames && reader.wait()) (void)!read(words[0], &byte, 1);
    reader.awake();
  }
  other.join();
  CHECK(wrong == 0);
  for (const int file : {words[0], words[1], back[0], back[1]}) close(file);
}

TEST_CASE("frame ring: whatever the other side writes, nothing beyond the ring is touched, and it ends") {
  std::mt19937 random(2);
  unsigned broken = 0;
  for (unsigned round = 0; round < 4000; ++round) {
    static Ring ring;
    RingReader reader;
    RingWriter writer;
    ring->written = ring->read = random() & ~7u;
    reader.open(*ring);
    writer.open(*ring);
    std::size_t bytes = 0;
    for (unsigned step = 0; step < 20; ++step) {
      // As a hostile writer: places near and far, lengths near and far.
      ring->written = random() % 2 ? ring->read + random() % (2 * FrameRing::kBytes) : std::uint32_t(random());
      for (unsigned change = 0; change < 4; ++change) {
        const std::uint32_t at = (ring->read + random() % 64) & (FrameRing::kBytes - 4) & ~3u;
        const std::uint32_t values[] = {kRingSkip, std::uint32_t(random()), std::uint32_t(random() % 70'000), 0};
        std::memcpy(ring->bytes + at, &values[random() % 4], 4);
      }
      for (unsigned count = 0; count < 100; ++count) {
        const auto frame = reader.next();
        if (!frame) break;
        REQUIRE(frame->size() <= kMaxBytes);
        for (const std::uint8_t byte : *frame) bytes += byte;  // within the ring, or this ends here
      }
      reader.release();
      // As a hostile reader.
      ring->read = random() % 2 ? ring->written - random() % (2 * FrameRing::kBytes) : std::uint32_t(random());
      (void)put(writer, Frame(random() % kMaxBytes, 1));
      writer.publish();
    }
    CAPTURE(bytes);
    broken += reader.broken() && writer.broken();
  }
  CHECK(broken > 1000);
}

TEST_CASE("frame ring: a successor begins behind what is there") {
  Ring ring;
  RingWriter writer;
  writer.open(*ring);
  REQUIRE(put(writer, Frame(100, 1)));
  writer.publish();
  RingReader reader;
  reader.open(*ring);
  CHECK(!reader.next());
  RingWriter next;
  next.open(*ring);
  REQUIRE(put(next, Frame(50, 2)));
  next.publish();
  const auto frame = reader.next();
  REQUIRE(frame);
  CHECK(frame->size() == 50);
}

TEST_CASE("frame ring: its memory keeps its size") {
  const int file = make_frame_rings();
  REQUIRE(file >= 0);
  CHECK(ftruncate(file, 0) != 0);
  FrameRings* rings = map_frame_rings(file);
  REQUIRE(rings);
  munmap(rings, sizeof *rings);
  close(file);
}
