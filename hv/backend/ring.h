// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The device's end of a split virtqueue (virtio 1.2 §2.7), towards a guest that is not trusted: indices are private,
// each descriptor is copied once and the copy checked, a chain has an end whatever the guest links. A guest that breaks
// the rules breaks its own ring: nothing is taken from it any more until it resets the device.

#include <span>

#include "abi/device_page.h"
#include "abi/ring.h"
#include "class/shared.h"

namespace wick::hv {

struct Segment {
  std::uint8_t* data;
  std::uint32_t length;
  bool writable;
};

inline constexpr std::uint16_t kMaxEntries = 256;    ///< of a queue
inline constexpr unsigned kMaxSegments = 64;         ///< of a chain
inline constexpr std::uint32_t kMaxBytes = 1 << 20;  ///< of a segment

struct Chain {
  std::uint16_t head;
  unsigned count = 0;
  Segment segments[kMaxSegments];

  std::span<const Segment> all() const { return {segments, count}; }
};

class DeviceRing {
 public:
  constexpr DeviceRing() = default;

  /// Takes the ring that the guest has described. @return bad_argument when it doesn't lie in DMA memory
  Status attach(const DeviceQueue& queue, bool event_index);
  void detach() { *this = {}; }

  bool live() const { return descriptors_; }
  bool broken() const { return broken_; }

  /// Chains that the guest has made available and that were not taken yet.
  std::uint16_t waiting();
  /// Takes the next one. @return false when there is none, or the guest broke the rules
  bool take(Chain& chain);
  /// Puts the chain that was taken last back, to be taken again.
  void put_back() { --taken_; }

  /// Gives a chain back; the guest sees it after `publish`.
  void finish(std::uint16_t head, std::uint32_t written);
  /// @return whether the guest wants an event
  bool publish();

  /// Whether the guest waits to hear of one of the next `count` chains.
  bool awaited(std::uint32_t count);

  /// Asks for a doorbell at the next chain, where one is needed. @return false when there is a chain already
  bool arm();
  void disarm();

  /// For checkpoints: where both sides stand, and the used ring, which hv alone writes.
  struct Indices {
    std::uint16_t taken, finished, published;
  };
  Indices indices() const { return {taken_, finished_, published_}; }
  void go_back(const Indices& to);
  Gpa used_start() const { return Gpa{reinterpret_cast<std::uint64_t>(used_)}; }
  std::uint64_t used_length() const { return UsedRing::bytes(mask_ + 1u); }

 private:
  bool fail() {
    broken_ = true;
    return false;
  }

  const Descriptor* descriptors_ = nullptr;
  AvailableRing* available_ = nullptr;
  UsedRing* used_ = nullptr;
  std::uint16_t mask_ = 0;
  std::uint16_t taken_ = 0;      ///< counts chains, modulo 2^16, as the next two
  std::uint16_t finished_ = 0;   ///< given back
  std::uint16_t published_ = 0;  ///< of these, what the guest may see
  bool event_index_ = false;
  bool broken_ = false;
};

}  // namespace wick::hv
