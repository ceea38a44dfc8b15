// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Receiving on a network of Xen's: each buffer is a page that the back end copies into. Its grant ends before anybody
// reads what came, so that it can't change any more.

#include "class/network.h"
#include "xen/grants.h"
#include "xen/netif.h"
#include "xen/ring.h"

namespace wick::drivers::xen {

class Receive {
 public:
  constexpr Receive() = default;

  static constexpr std::uint32_t kMostBuffers = 64;
  /// Of large frames several are under way at once.
  static constexpr std::uint32_t kBuffersForLarge = 48;

  /// @param pages `count` of them  @param first_grant of as many grants
  void use(const Grants& grants, unsigned first_grant, std::uint8_t* pages, ReceiveBuffer* buffers,
           std::uint32_t count);

  /// Begins anew, for a new back end, with every buffer that the stack doesn't have.
  /// @return false when the last back end still has one of them
  bool place(void* ring_page);

  bool ready() { return ring_.ready() != 0; }
  /// Takes a frame, of those that are ready. @return nullptr when it is lost, or the back end broke the rules
  ReceiveBuffer* take();
  void give(ReceiveBuffer& buffer);

  std::uint32_t unpublished() const { return ring_.unpublished(); }
  bool publish() { return !broken() && ring_.unpublished() != 0 && ring_.publish(); }
  bool arm() { return ring_.arm(); }

  bool broken() const { return ring_.broken(); }
  void mark_broken() { ring_.mark_broken(); }

 private:
  using ReceiveRing = Ring<ReceiveRequest, ReceiveResponse>;

  void put(ReceiveBuffer& buffer);
  ReceiveBuffer* take_slot(ReceiveResponse& response);
  bool skip_extras();
  void drop(ReceiveBuffer* frame);

  ReceiveRing ring_;
  Grants grants_;
  unsigned first_grant_ = 0;
  std::uint8_t* pages_ = nullptr;
  ReceiveBuffer* buffers_ = nullptr;
  std::uint32_t count_ = 0;
  std::uint64_t with_stack_ = 0;                         ///< bit n: buffer n
  std::uint16_t buffer_in_[ReceiveRing::kEntries] = {};  ///< which buffer stands in a slot
};

}  // namespace wick::drivers::xen
