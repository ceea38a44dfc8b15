// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The receive ring (8254x manual §3.2.6). The chip fills descriptors in order; a buffer that the stack gives back, in
// whatever order, goes into the next free one.

#include "class/access.h"
#include "class/network.h"
#include "devices/e1000/registers.h"

namespace wick::hv::e1000 {

using namespace drivers;

inline constexpr std::uint32_t kMaxEntries = 256;

class ReceiveRing {
 public:
  constexpr ReceiveRing() = default;

  /// What `place` takes at most.
  static std::uint64_t dma_bytes(std::uint32_t entries);
  /// @param entries a power of two from 8 to kMaxEntries: rings are multiples of 128 bytes
  /// @param buffers as many, private memory
  Status place(DmaPool& pool, std::uint32_t entries, ReceiveBuffer* buffers);

  Gpa base() const { return device_address(descriptors_); }
  std::uint32_t bytes() const { return entries() * sizeof(ReceiveDescriptor); }
  std::uint32_t entries() const { return mask_ + 1; }

  /// Whether the chip has finished the next descriptor.
  bool ready() const;
  /// Takes it. @return nullptr when its frame was bad: it is dropped
  ReceiveBuffer* take();
  void give(ReceiveBuffer& buffer);

  /// Buffers given since the chip was last told.
  std::uint32_t unpublished() const { return given_ - published_; }
  /// @return the new value of the tail register
  std::uint32_t publish_tail();

 private:
  ReceiveDescriptor* descriptors_ = nullptr;
  ReceiveBuffer* buffers_ = nullptr;
  std::uint8_t* memory_ = nullptr;
  std::uint32_t mask_ = 0;
  std::uint32_t taken_ = 0, given_ = 0, published_ = 0;  ///< count descriptors, modulo 2^32
  std::uint16_t buffer_in_[kMaxEntries] = {};            ///< which buffer stands in a descriptor
  bool skipping_ = false;  ///< behind a frame that did not fit into a buffer, up to its end
};

}  // namespace wick::hv::e1000
