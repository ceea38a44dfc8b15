// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Frames between the monitor and the network's process without a system call each: two rings in memory that both have,
// one a direction. A side that waits says so there, and only then the other one sends a word over the socket between
// them. Neither side trusts the other: each keeps its own place privately, reads the other's once, and checks it and
// each length before it uses them; what doesn't fit breaks the ring for good. What a frame says may still change while
// it is read there: who acts on it takes a copy first.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "monitor/network/frame_queue.h"

namespace wick::monitor {

/// As it lies in memory. Places count bytes since the beginning, modulo 2^32. A frame stands behind its length (32
/// bits) at a multiple of 8, in one piece.
struct FrameRing {
  static constexpr std::uint32_t kBytes = 1 << 19;

  alignas(64) std::uint32_t written;  ///< the writer's place
  std::uint32_t writer_waits;         ///< 1: for room; the reader takes it back and sends a word
  alignas(64) std::uint32_t read;     ///< the reader's place
  std::uint32_t reader_waits;         ///< 1: for a frame
  alignas(4096) std::uint8_t bytes[kBytes];
};
static_assert(sizeof(FrameRing) == 4096 + FrameRing::kBytes);

struct FrameRings {
  FrameRing to_guest, from_guest;
};

/// What stands in a frame's place when the rest of the ring is too short for it: the frame is at the beginning.
inline constexpr std::uint32_t kRingSkip = ~0u;

/// Room for any frame, wherever the ring ends.
inline constexpr std::size_t kRoomForOne = 2 * (kMaxFrame + kMaxOffloadHeader + 8);

/// What is said over the socket: one byte.
enum class Word : std::uint8_t {
  look,  ///< at the rings
  end,   ///< the guest is over: what it has written is the last
};

class RingWriter {
 public:
  /// Goes on where the ring says, as another process may have written before.
  void open(FrameRing& ring);

  /// Place for a frame of so many bytes, to be written before anything else is asked of this. @return nullptr: no room
  std::uint8_t* reserve(std::size_t length);
  /// The frame stands there; the reader sees it after publish(). @param length what was reserved
  void commit(std::size_t length);
  /// @return whether the reader waits for a word
  bool publish();

  /// Bytes that are free; the end of the ring may cost as many as the frame has.
  bool has_room(std::size_t bytes);
  /// Says that this side waits for so many. @return false: they are there
  bool wait_for(std::size_t bytes);
  /// The reader has written nonsense.
  bool broken() const { return broken_; }

 private:
  std::uint32_t look();

  FrameRing* ring_ = nullptr;
  std::uint32_t place_ = 0, published_ = 0, read_ = 0, skipped_ = 0;
  bool broken_ = false;
};

class RingReader {
 public:
  /// Begins behind what is there, which was another process's to read.
  void open(FrameRing& ring);

  /// The next frame, which stays until release(). @return nothing: there is none, or the ring is broken
  std::optional<std::span<const std::uint8_t>> next();
  /// So much that the writer had better hear of it before the rest is read.
  bool holds_much() const { return place_ - released_ >= FrameRing::kBytes / 4; }
  /// Gives the room of all frames read so far back. @return whether the writer waits for a word
  bool release();

  /// Says that this side waits for frames. @return false: there are some
  bool wait();
  void awake() { __atomic_store_n(&ring_->reader_waits, 0, __ATOMIC_RELAXED); }
  bool broken() const { return broken_; }

 private:
  FrameRing* ring_ = nullptr;
  std::uint32_t place_ = 0, released_ = 0, written_ = 0;
  bool broken_ = false;
};

/// Memory of both rings, of which nobody can take a page away. @return a file to be mapped; -1, with errno
int make_frame_rings();
/// @return nullptr, with errno. Stays mapped; the file may be closed
FrameRings* map_frame_rings(int file);

}  // namespace wick::monitor
