// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Receiving on a vmxnet3 adapter: each descriptor is a buffer for one whole frame. A buffer that the stack gives back,
// in whatever order, goes into the next free descriptor.

#include "class/network.h"
#include "vmware/ring.h"

namespace wick::drivers::vmware {

class Receive {
 public:
  constexpr Receive() = default;

  static std::uint64_t dma_bytes(std::uint32_t entries);
  /// @param entries a power of two from kFewestEntries to kMaxEntries  @param buffers as many, private memory
  /// @return false when the pool is used up
  bool place(DmaPool& pool, std::uint32_t entries, ReceiveBuffer* buffers);
  /// Says where all this is.
  void describe(ReceiveQueue& queue) const;

  bool ready() const { return !broken_ && completions_.ready(); }
  /// Takes what is ready. @return nullptr when the frame was bad and is dropped, or the device broke the rules
  ReceiveBuffer* take();
  void give(ReceiveBuffer& buffer);

  bool broken() const { return broken_; }
  void mark_broken() { broken_ = true; }
  /// For the doorbell, of a device that wants one: the descriptor behind the last one that it has.
  std::uint32_t end() const { return given_.slot(); }

 private:
  bool skip_to(std::uint32_t slot);

  ReceiveDescriptor* descriptors_ = nullptr;
  ReceiveDescriptor* second_ = nullptr;  ///< a ring for the rest of long frames, which has to be there and stays empty
  ReceiveBuffer* buffers_ = nullptr;
  std::uint8_t* memory_ = nullptr;
  Completions completions_;
  Position given_, taken_;
  std::uint16_t buffer_in_[kMaxEntries] = {};  ///< which buffer stands in a descriptor
  bool broken_ = false;
};

}  // namespace wick::drivers::vmware
