// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A disk of Xen's (blkfront): one ring of one page. While its back end is away, requests wait for it; they fail when
// the tools have taken the disk away. The pages of a request are the back end's from submit() to its response, and not
// a moment longer; one that keeps them, or answers what it wasn't asked, is given up. Long requests go by lists of
// segments where the back end takes such (feature-max-indirect-segments); what it doesn't take at once goes in pieces.

#include "class/block.h"
#include "xen/blkif.h"
#include "xen/connection.h"
#include "xen/ring.h"

namespace wick::drivers::xen {

class BlockDevice final : public Block {
 public:
  constexpr BlockDevice() = default;

  using DiskRing = Ring<DiskRequest, DiskResponse>;
  static constexpr unsigned kMaxDevices = 4;
  static constexpr std::uint32_t kRequests = DiskRing::kEntries;
  static constexpr unsigned kMostSegments = 32;
  /// Of segments, a page each: as many long requests as a volume has under way.
  static constexpr unsigned kLists = 2;

  /// The private memory of one device.
  struct Tables {
    struct Pending {
      BlockRequest* request;      ///< nullptr: the place is free
      std::uint32_t done, piece;  ///< bytes that are through, and those that the back end has
      std::uint8_t segments;      ///< of the piece
      std::uint8_t list;          ///< that they stand in; kLists: in the ring
    } pending[kRequests];
  };

  static std::uint64_t dma_bytes(std::uint32_t ring_size);
  Status start(const Access& access, Tables& tables, const char*& trouble);

  BlockInfo info() const override { return info_; }
  BlockInfo look_again() override;
  Status submit(BlockRequest& request) override;
  void flush_queue() override;
  unsigned poll(void (*done)(BlockRequest&)) override;
  bool arm() override;

 private:
  enum class Stage : std::uint8_t {
    connected,
    leaving,   ///< the back end wants to go; it still answers what is under way
    closed,    ///< it has gone, and may come again: until then requests wait
    gone,      ///< so has the disk; another may come under its name
    given_up,  ///< it broke the rules
  };

  Status connect(const char*& trouble);
  Status describe(const char*& trouble);
  bool grant_lists(std::uint64_t offer);
  DiskSegment* list_of(unsigned list) { return reinterpret_cast<DiskSegment*>(pages_ + (1 + list) * kPage); }
  void grant_pages(unsigned place, DiskRequest& message);
  void send(unsigned place);
  bool take_pages_back(unsigned place);
  BlockRequest* finish(const DiskResponse& response);
  unsigned fail_all(void (*done)(BlockRequest&));
  unsigned give_up(void (*done)(BlockRequest&));
  void follow_back_end();
  void resume();
  void leave();

  Connection connection_;
  DiskRing ring_;
  Grants grants_;
  Tables* tables_ = nullptr;
  std::uint8_t* pages_ = nullptr;  ///< of the ring, and of the lists
  std::uint32_t used_ = 0;         ///< bit n: place n of the table has a request
  std::uint32_t sent_ = 0;         ///< of those, which the back end has
  std::uint32_t free_lists_ = 0;   ///< bit n: list n; none where the back end takes no lists
  unsigned most_segments_ = 0;     ///< that it takes in one
  Stage stage_ = Stage::gone;
  BlockInfo info_{};
};

}  // namespace wick::drivers::xen
