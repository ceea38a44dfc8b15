// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Sending on a network of Xen's: a frame is copied into a place of pages that the back end may read for good, one that
// is to be cut into whole pages. What lies beside a frame in the memory of whoever sent it is so never shown to
// anybody, and no grant changes hands for it.

#include "class/network.h"
#include "xen/grants.h"
#include "xen/netif.h"
#include "xen/ring.h"

namespace wick::drivers::xen {

class Transmit {
 public:
  constexpr Transmit() = default;

  static constexpr std::uint32_t kMostPlaces = 64, kPlaceBytes = 2048;
  static constexpr std::uint32_t kPlacesOfPage = kPage / kPlaceBytes;
  /// Lengths have 16 bits.
  static constexpr std::uint32_t kMaxLarge = 0xffff;
  static constexpr std::uint32_t kPlacesForLarge = kPlacesOfPage * ((kMaxLarge + kPage - 1) / kPage);

  /// @param pages for `count` places  @param first_grant of a grant for each page
  void use(const Grants& grants, unsigned first_grant, std::uint8_t* pages, std::uint32_t count);

  /// Begins anew, for a new back end, with nothing under way.
  /// @param cuts what it does to large frames  @return false when the last back end still has one of the pages
  bool place(void* ring_page, const Offload& cuts);

  /// As Network::transmit.
  Status put(std::span<const TransmitSegment> segments, const TransmitHints& hints, void* token);
  bool publish() { return !broken() && ring_.unpublished() != 0 && ring_.publish(); }

  /// Takes what is done. @return false when there is nothing, or the back end broke the rules
  bool take(void*& token);
  /// Takes a frame, sent or not. @return false when there is none
  bool abandon(void*& token);
  /// Wants to be told when half of what is under way is done.
  bool arm();

  bool broken() const { return ring_.broken(); }
  void mark_broken() { ring_.mark_broken(); }

 private:
  /// What one slot of the ring stands for, kept at the first of its places.
  struct Piece {
    std::uint64_t places;
    void* token;  ///< of the frame that ends with it
    bool ends;
  };

  bool finish(unsigned place, void*& token);

  Ring<SendRequest, SendResponse> ring_;
  Grants grants_;
  unsigned first_grant_ = 0;
  std::uint8_t* pages_ = nullptr;
  bool cuts4_ = false, cuts6_ = false;
  std::uint64_t all_ = 0, used_ = 0;  ///< bit n: place n
  std::uint64_t under_way_ = 0;       ///< bit n: a piece begins at place n
  std::uint32_t extras_ = 0;          ///< under way besides
  Piece pieces_[kMostPlaces] = {};
};

}  // namespace wick::drivers::xen
