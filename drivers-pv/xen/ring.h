// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The front end's half of a ring of requests and responses, which share their slots (Xen public/io/ring.h). The page
// is the back end's to write as well, so nothing is read back from it but responses, each of them once; how far both
// sides are is kept here.

#include <bit>

#include "class/access.h"
#include "class/shared.h"

namespace wick::drivers::xen {

struct RingHead {
  std::uint32_t requests, request_event;    ///< put by the front end; where the back end wants to be told
  std::uint32_t responses, response_event;  ///< the other way round
  std::uint8_t padding[48];
};
static_assert(sizeof(RingHead) == 64);

/// Bytes in memory that the other side may be writing, each word fetched once.
template <typename T>
T copy_once(const void* from) {
  static_assert(sizeof(T) % sizeof(std::uint32_t) == 0);
  std::uint32_t words[sizeof(T) / sizeof(std::uint32_t)];
  for (unsigned i = 0; i < sizeof(T) / sizeof(std::uint32_t); ++i)
    words[i] = load(static_cast<const std::uint32_t*>(from)[i]);
  T value;
  __builtin_memcpy(&value, words, sizeof value);
  return value;
}

template <typename Request, typename Response>
class Ring {
 public:
  static constexpr std::uint32_t kSlotBytes = sizeof(Request) > sizeof(Response) ? sizeof(Request) : sizeof(Response);
  static constexpr std::uint32_t kEntries =
      std::bit_floor(static_cast<std::uint32_t>((kPage - sizeof(RingHead)) / kSlotBytes));

  constexpr Ring() = default;

  /// Begins anew, in a page that no back end knows.
  void place(void* page) {
    __builtin_memset(page, 0, kPage);
    head_ = static_cast<RingHead*>(page);
    store(head_->request_event, 1u);
    store(head_->response_event, 1u);
    put_ = published_ = taken_ = 0;
    broken_ = false;
  }

  std::uint32_t free() const { return kEntries - (put_ - taken_); }
  /// Where the next request and, in a ring whose responses come in order, its response stands.
  std::uint32_t next() const { return put_ % kEntries; }
  std::uint32_t next_response() const { return taken_ % kEntries; }

  /// Puts a request into a free slot; nobody sees it before publish().
  template <typename Slot = Request>
  void put(const Slot& request) {
    static_assert(sizeof request <= kSlotBytes);
    __builtin_memcpy(slot(put_), &request, sizeof request);
    ++put_;
  }
  std::uint32_t unpublished() const { return put_ - published_; }

  /// @return whether the back end wants to be told
  bool publish() {
    const std::uint32_t before = published_;
    published_ = put_;
    store_release(head_->requests, put_);
    fence();
    return put_ - load(head_->request_event) < put_ - before;
  }

  /// Responses that have come. More than requests are under way: the other side lies, and nothing is taken any more.
  std::uint32_t ready() {
    if (broken_) return 0;
    const std::uint32_t count = load_acquire(head_->responses) - taken_;
    if (count > published_ - taken_) broken_ = true;
    return broken_ ? 0 : count;
  }
  /// The next one, which must be ready.
  Response take() { return copy_once<Response>(slot(taken_++)); }

  /// Wants to be told of the response `after` those that have been taken. @return false when it is there already
  bool arm(std::uint32_t after = 1) {
    store(head_->response_event, taken_ + after);
    fence();
    return ready() < after;
  }

  /// The other side broke the rules.
  bool broken() const { return broken_; }
  void mark_broken() { broken_ = true; }

 private:
  std::uint8_t* slot(std::uint32_t index) const {
    return reinterpret_cast<std::uint8_t*>(head_ + 1) + std::size_t{index % kEntries} * kSlotBytes;
  }

  RingHead* head_ = nullptr;
  std::uint32_t put_ = 0, published_ = 0, taken_ = 0;
  bool broken_ = false;
};

}  // namespace wick::drivers::xen
