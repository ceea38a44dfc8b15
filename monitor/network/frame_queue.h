// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Frames on their way over a message socket, many a system call. `Outgoing` keeps what the other side has no room for,
// so that nobody waits and TCP does not have to send it again; `Incoming` takes what is there. Plain storage of a
// process's own: pages that no frame has reached cost nothing.

#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <span>

namespace wick::monitor {

/// The largest frame: an IP packet's 65535 bytes (a guest may leave segmentation to its device) behind its headers.
constexpr std::size_t kMaxFrame = 14 + 65535;
/// What may stand before a frame.
constexpr std::size_t kMaxOffloadHeader = 12;

class Outgoing {
 public:
  static constexpr std::size_t kCapacity = 1 << 20;

  bool empty() const { return begin_ == end_; }

  /// Place for a frame of so many bytes, to be written before anything else is asked of this. @return nullptr: no room
  std::uint8_t* reserve(std::size_t length);
  /// The frame stands there. @param length at most what was reserved
  void commit(std::size_t length);
  /// Bytes that a frame could have.
  std::size_t room() const;

  /// Copies the frame. @return false when there is no room: it is dropped
  bool push(std::span<const std::uint8_t> frame);

  /// Sends until all is gone or the socket is full. @return false when the other side is gone
  bool flush(int socket);

 private:
  unsigned gather(mmsghdr* messages, iovec* pieces, unsigned most);

  std::size_t begin_ = 0, end_ = 0;
  std::uint8_t bytes_[kCapacity];  ///< each frame behind its length
};

class Incoming {
 public:
  static constexpr unsigned kBatch = 32;

  enum class Result { some, none, closed };

  /// Takes what has come, `kBatch` frames at most: then `count` and `frame` tell of them.
  Result receive(int socket);

  unsigned count() const { return count_; }
  std::span<const std::uint8_t> frame(unsigned index) const { return {bytes_[index], length_[index]}; }

 private:
  unsigned count_ = 0;
  std::uint32_t length_[kBatch];
  alignas(64) std::uint8_t bytes_[kBatch][(kMaxFrame + kMaxOffloadHeader + 63) / 64 * 64];
};

}  // namespace wick::monitor
