// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Bytes of one direction of a connection that wait: for the other side's window, or for its acknowledgement. Pieces as
// they came, so that nothing is moved and an idle connection holds none. Memory comes from the process's own heap,
// whose limit is the jail's.

#include <cstdlib>
#include <cstring>
#include <utility>

#include "monitor/network/bytes.h"

namespace wick::monitor {

class ByteQueue {
 public:
  ByteQueue() = default;
  ~ByteQueue() { clear(); }
  ByteQueue(const ByteQueue&) = delete;
  ByteQueue& operator=(const ByteQueue&) = delete;

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  /// @return false when there is no memory
  bool add(Bytes bytes) {
    if (bytes.empty()) return true;
    if (last_ && last_->room - last_->end >= bytes.size()) {
      std::memcpy(last_->bytes() + last_->end, bytes.data(), bytes.size());
      last_->end += bytes.size();
    } else {
      const std::size_t room = bytes.size() < kSmall ? kSmall : bytes.size();
      auto* piece = static_cast<Piece*>(std::malloc(sizeof(Piece) + room));
      if (!piece) return false;
      *piece = {nullptr, room, 0, bytes.size()};
      std::memcpy(piece->bytes(), bytes.data(), bytes.size());
      (last_ ? last_->next : first_) = piece;
      last_ = piece;
    }
    size_ += bytes.size();
    return true;
  }

  /// The first bytes that lie together.
  Bytes front() const { return first_ ? Bytes(first_->bytes() + first_->begin, first_->end - first_->begin) : Bytes{}; }

  void drop(std::size_t count) {
    size_ -= count;
    while (count) {
      const std::size_t here = first_->end - first_->begin;
      if (count < here) {
        first_->begin += count;
        return;
      }
      count -= here;
      std::free(std::exchange(first_, first_->next));
    }
    if (!first_) last_ = nullptr;
  }

  void clear() { drop(size_); }

  /// @param at bytes from the front; all of them must be there
  void copy(std::size_t at, std::uint8_t* to, std::size_t count) const {
    const Piece* piece = first_;
    for (; piece && at >= piece->end - piece->begin; piece = piece->next) at -= piece->end - piece->begin;
    for (; piece && count; piece = piece->next, at = 0) {
      const std::size_t here = piece->end - piece->begin - at, part = here < count ? here : count;
      std::memcpy(to, piece->bytes() + piece->begin + at, part);
      to += part;
      count -= part;
    }
  }

 private:
  static constexpr std::size_t kSmall = 1024 - 64;
  struct Piece {
    Piece* next;
    std::size_t room, begin, end;
    std::uint8_t* bytes() { return reinterpret_cast<std::uint8_t*>(this + 1); }
    const std::uint8_t* bytes() const { return reinterpret_cast<const std::uint8_t*>(this + 1); }
  };
  Piece* first_ = nullptr;
  Piece* last_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace wick::monitor
