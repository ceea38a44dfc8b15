// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Sending on a vmxnet3 adapter: a frame is a descriptor a piece. Cutting large frames is not used: the adapter wants a
// sum in the frame that differs from everybody else's, and emulators don't tell whether it is right.

#include "class/network.h"
#include "vmware/ring.h"

namespace wick::drivers::vmware {

/// What is kept of a frame at its first descriptor.
struct Sent {
  void* token;
  std::uint32_t descriptors;
};

class Transmit {
 public:
  constexpr Transmit() = default;

  static std::uint64_t dma_bytes(std::uint32_t entries);
  /// @param entries as Receive has it  @param sent as many, private memory  @return false when the pool is used up
  bool place(DmaPool& pool, std::uint32_t entries, Sent* sent);
  /// Says where all this is.
  void describe(TransmitQueue& queue) const;

  /// As Network::transmit.
  Status put(std::span<const TransmitSegment> segments, const TransmitHints& hints, void* token);
  bool unpublished() const { return put_.count() != published_; }
  /// @return the value for the doorbell
  std::uint32_t publish() {
    published_ = put_.count();
    return put_.slot();
  }

  /// Whether the device says that it has sent something.
  bool ready() const { return !broken_ && completions_.ready(); }
  /// Takes the oldest frame that is done. @return false when the device broke the rules
  bool take(void*& token);
  /// Takes the oldest frame, sent or not. @return false when there is none
  bool abandon(void*& token);

  bool broken() const { return broken_; }
  void mark_broken() { broken_ = true; }

 private:
  std::uint32_t under_way() const { return put_.count() - taken_; }

  TransmitDescriptor* descriptors_ = nullptr;
  Sent* sent_ = nullptr;
  Completions completions_;
  std::uint32_t entries_ = 0;
  Position put_;
  std::uint32_t published_ = 0, taken_ = 0;
  bool broken_ = false;
};

}  // namespace wick::drivers::vmware
