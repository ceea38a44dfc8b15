// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The transmit ring (8254x manual §3.4): a frame is a context descriptor, when the chip shall fill a checksum in, and a
// data descriptor a piece. Cutting large frames is not used: QEMU's 82574L turns them into IP fragments.

#include "class/access.h"
#include "class/network.h"
#include "devices/e1000/registers.h"

namespace wick::hv::e1000 {

using namespace drivers;

/// What is kept of a frame at its first descriptor.
struct Sent {
  void* token;
  std::uint32_t descriptors;
};

class TransmitRing {
 public:
  constexpr TransmitRing() = default;

  /// What `place` takes at most.
  static std::uint64_t dma_bytes(std::uint32_t entries);
  /// @param entries a power of two of at least 8  @param sent as many, private memory
  Status place(DmaPool& pool, std::uint32_t entries, Sent* sent);

  Gpa base() const { return device_address(descriptors_); }
  std::uint32_t bytes() const { return (mask_ + 1) * sizeof(DataDescriptor); }

  /// As Network::transmit.
  Status put(std::span<const TransmitSegment> segments, const TransmitHints& hints, void* token);
  bool unpublished() const { return put_ != published_; }
  /// @return the new value of the tail register
  std::uint32_t publish_tail();

  /// Whether the chip has read the oldest frame.
  bool ready() const;
  /// Takes it. @return its token
  void* take();

 private:
  void put_context(const TransmitHints& hints);
  void put_data(Gpa address, std::uint32_t command, std::uint8_t options);

  DataDescriptor* descriptors_ = nullptr;
  Sent* sent_ = nullptr;
  std::uint32_t mask_ = 0;
  std::uint32_t put_ = 0, published_ = 0, taken_ = 0;  ///< count descriptors, modulo 2^32
};

}  // namespace wick::hv::e1000
