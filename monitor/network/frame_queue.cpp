// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/network/frame_queue.h"

#include <cerrno>
#include <cstring>

namespace wick::monitor {
namespace {

using Length = std::uint32_t;

bool is_full(int error) { return error == EAGAIN || error == EINTR || error == ENOBUFS || error == ENOMEM; }

}  // namespace

std::size_t Outgoing::room() const {
  const std::size_t left = kCapacity - (end_ - begin_);
  return left > sizeof(Length) ? left - sizeof(Length) : 0;
}

std::uint8_t* Outgoing::reserve(std::size_t length) {
  if (length > kMaxFrame + kMaxOffloadHeader || length > room()) return nullptr;
  if (end_ + sizeof(Length) + length > kCapacity) {
    std::memmove(bytes_, bytes_ + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  return bytes_ + end_ + sizeof(Length);
}

void Outgoing::commit(std::size_t length) {
  const Length bytes = static_cast<Length>(length);
  std::memcpy(bytes_ + end_, &bytes, sizeof bytes);
  end_ += sizeof bytes + length;
}

bool Outgoing::push(std::span<const std::uint8_t> frame) {
  std::uint8_t* to = reserve(frame.size());
  if (!to) return false;
  std::memcpy(to, frame.data(), frame.size());
  commit(frame.size());
  return true;
}

unsigned Outgoing::gather(mmsghdr* messages, iovec* pieces, unsigned most) {
  unsigned count = 0;
  for (std::size_t at = begin_; at < end_ && count < most; ++count) {
    Length length;
    std::memcpy(&length, bytes_ + at, sizeof length);
    pieces[count] = {bytes_ + at + sizeof length, length};
    messages[count] = {};
    messages[count].msg_hdr.msg_iov = &pieces[count];
    messages[count].msg_hdr.msg_iovlen = 1;
    at += sizeof length + length;
  }
  return count;
}

bool Outgoing::flush(int socket) {
  while (!empty()) {
    mmsghdr messages[32];
    iovec pieces[32];
    unsigned count = gather(messages, pieces, 32);
    int sent = sendmmsg(socket, messages, count, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0) return is_full(errno);
    for (int index = 0; index < sent; ++index) begin_ += sizeof(Length) + pieces[index].iov_len;
  }
  begin_ = end_ = 0;  // the same few pages again and again
  return true;
}

Incoming::Result Incoming::receive(int socket) {
  mmsghdr messages[kBatch] = {};
  iovec pieces[kBatch];
  for (unsigned index = 0; index < kBatch; ++index) {
    pieces[index] = {bytes_[index], sizeof bytes_[index]};
    messages[index].msg_hdr.msg_iov = &pieces[index];
    messages[index].msg_hdr.msg_iovlen = 1;
  }
  int got = recvmmsg(socket, messages, kBatch, MSG_DONTWAIT, nullptr);
  count_ = 0;
  if (got < 0) return is_full(errno) ? Result::none : Result::closed;
  for (int index = 0; index < got; ++index) {
    // An empty message is the end: nobody sends a frame without a byte.
    if (messages[index].msg_len == 0) return count_ ? Result::some : Result::closed;
    length_[count_++] = messages[index].msg_len;
  }
  return count_ ? Result::some : Result::closed;
}

}  // namespace wick::monitor
