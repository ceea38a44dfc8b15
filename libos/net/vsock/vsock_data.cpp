// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See vsock.h: packets of a connection, and the bytes in them.

#include <linux/vm_sockets.h>
#include <poll.h>

#include <algorithm>
#include <cstring>

#include "net/vsock/transport.h"

namespace wick::net {

using virtio::VsockHeader;
using virtio::VsockOperation;

/// Each packet tells the peer how much has been taken (§5.10.6.3).
VsockHeader VsockSocket::header(VsockOperation operation, std::uint32_t flags) {
  VsockHeader made{};
  made.from_cid = vsock_transport().cid();
  made.to_cid = peer_.cid;
  made.from_port = own_.port;
  made.to_port = peer_.port;
  made.type = virtio::kVsockStream;
  made.operation = operation;
  made.flags = flags;
  made.room = kWindow;
  made.passed = told_ = passed_;
  return made;
}

void VsockSocket::owe(std::uint8_t what) {
  owed_ |= what;
  if (!pay()) vsock_transport().wake();
}

bool VsockSocket::pay() {
  if (owed_ == 0) return true;
  constexpr struct {
    Owed what;
    VsockOperation operation;
  } kAll[] = {{kRequest, VsockOperation::request},
              {kResponse, VsockOperation::response},
              {kCredit, VsockOperation::credit_update},
              {kShutdown, VsockOperation::shutdown},
              {kReset, VsockOperation::reset}};
  for (const auto& [what, operation] : kAll) {
    if (!(owed_ & what)) continue;
    std::uint32_t flags = 0;
    if (what == kShutdown && reading_ended_) flags |= virtio::kVsockReceivesNoMore;
    if (what == kShutdown && writing_ended_) flags |= virtio::kVsockSendsNoMore;
    if (!vsock_transport().send(header(operation, flags))) return false;
    owed_ &= static_cast<std::uint8_t>(~what);
  }
  vsock_transport().flush();
  return true;
}

std::uint32_t VsockSocket::credit() const {
  const std::uint32_t under_way = sent_ - peer_passed_;
  return under_way < peer_room_ ? peer_room_ - under_way : 0;
}

void VsockSocket::take(const VsockHeader& header, std::span<const std::uint8_t> data) {
  const bool stuck = credit() == 0;
  peer_room_ = header.room;
  peer_passed_ = header.passed;
  if (stage_ == Stage::connected) {
    if (stuck && credit() > 0) notify(POLLOUT);
    return take_connected(header, data);
  }
  // Connecting: the peer agrees, or it doesn't.
  if (header.operation == VsockOperation::response) {
    stage_ = Stage::connected;
    return notify(POLLOUT);
  }
  error_ = ECONNRESET;
  stage_ = Stage::fresh;
  owed_ = 0;
  if (header.operation != VsockOperation::reset) owe(kReset);
  notify(POLLOUT | POLLERR);
}

void VsockSocket::take_connected(const VsockHeader& header, std::span<const std::uint8_t> data) {
  switch (header.operation) {
    case VsockOperation::data:
      return take_data(data);
    case VsockOperation::credit_update:
      return;  // take() has seen to it
    case VsockOperation::credit_request:
      return owe(kCredit);
    case VsockOperation::shutdown:
      peer_sends_no_more_ = peer_sends_no_more_ || (header.flags & virtio::kVsockSendsNoMore);
      peer_receives_no_more_ = peer_receives_no_more_ || (header.flags & virtio::kVsockReceivesNoMore);
      if (peer_sends_no_more_ && peer_receives_no_more_) {
        end(0);
        return owe(kReset);
      }
      return notify(POLLIN | POLLOUT | POLLRDHUP);
    case VsockOperation::reset:
      // The answer to a shutdown of both ways, or an end without one.
      return end(closed_ || (reading_ended_ && writing_ended_) ? 0 : ECONNRESET);
    case VsockOperation::invalid:
    case VsockOperation::request:
    case VsockOperation::response:
      break;
  }
  end(ECONNRESET);
  owe(kReset);
}

/// A peer that sends more than it may has broken the rules.
void VsockSocket::take_data(std::span<const std::uint8_t> data) {
  if (data.size() > kWindow - waiting()) {
    end(ECONNRESET);
    return owe(kReset);
  }
  if (reading_ended_) {  // nobody will look at it
    received_ += static_cast<std::uint32_t>(data.size());
    passed_ += static_cast<std::uint32_t>(data.size());
    return owe(kCredit);
  }
  const std::uint32_t at = received_ % kWindow;
  const std::size_t first = std::min<std::size_t>(data.size(), kWindow - at);
  std::memcpy(buffer_ + at, data.data(), first);
  std::memcpy(buffer_, data.data() + first, data.size() - first);
  received_ += static_cast<std::uint32_t>(data.size());
  notify(POLLIN);
}

fs::Outcome VsockSocket::send(const msghdr& message, int flags) {
  if (flags & MSG_OOB) return -EOPNOTSUPP;
  if (message.msg_namelen != 0) return stage_ == Stage::connected ? -EISCONN : -EOPNOTSUPP;
  auto& all = vsock_transport();
  const Nanoseconds until = deadline(send_timeout);
  std::size_t sent = 0;
  const auto outcome = [&](int error) {
    all.flush();
    return sent != 0 ? static_cast<fs::Outcome>(sent) : error;
  };
  for (int i = 0; i < static_cast<int>(message.msg_iovlen); ++i) {
    const auto& piece = message.msg_iov[i];
    for (std::size_t done = 0; done < piece.iov_len;) {
      if (error_ != 0) return outcome(-take_error());
      if (stage_ == Stage::fresh || stage_ == Stage::connecting || stage_ == Stage::listening)
        return outcome(-ENOTCONN);
      if (writing_over()) return outcome(-EPIPE);
      const std::size_t count = std::min<std::size_t>({piece.iov_len - done, credit(), virtio::kVsockData});
      if (count == 0 || !all.has_room()) {
        all.flush();
        wants_room_ = count != 0;
        if (const int wrong = blocking(flags) ? wait(until) : -EAGAIN) return outcome(wrong);
        continue;
      }
      VsockHeader packet = header(VsockOperation::data);
      packet.length = static_cast<std::uint32_t>(count);
      if (!all.send(packet, {static_cast<const std::uint8_t*>(piece.iov_base) + done, count})) return outcome(-EIO);
      sent_ += static_cast<std::uint32_t>(count);
      sent += count;
      done += count;
    }
  }
  return outcome(0);
}

fs::Outcome VsockSocket::receive(msghdr& message, int flags) {
  if (flags & MSG_OOB) return -EOPNOTSUPP;
  message.msg_namelen = 0;
  message.msg_controllen = 0;
  if (stage_ == Stage::fresh || stage_ == Stage::connecting || stage_ == Stage::listening)
    return error_ ? -take_error() : -ENOTCONN;
  const Nanoseconds until = deadline(receive_timeout);
  std::size_t copied = 0;
  for (int i = 0; i < static_cast<int>(message.msg_iovlen); ++i) {
    auto* const to = static_cast<std::uint8_t*>(message.msg_iov[i].iov_base);
    for (std::size_t done = 0; done < message.msg_iov[i].iov_len;) {
      const bool peek = flags & MSG_PEEK;
      const std::uint32_t from = peek ? passed_ + static_cast<std::uint32_t>(copied) : passed_;
      if (received_ == from) {
        if (copied > 0 && (peek || !(flags & MSG_WAITALL))) return static_cast<fs::Outcome>(copied);
        if (error_ != 0 && copied == 0) return -take_error();
        if (error_ != 0 || reading_over()) return static_cast<fs::Outcome>(copied);
        if (const int wrong = blocking(flags) ? wait(until) : -EAGAIN)
          return copied > 0 ? static_cast<fs::Outcome>(copied) : wrong;
        continue;
      }
      const std::uint32_t at = from % kWindow;
      const std::size_t count =
          std::min<std::size_t>({message.msg_iov[i].iov_len - done, received_ - from, kWindow - at});
      std::memcpy(to + done, buffer_ + at, count);
      done += count;
      copied += count;
      if (peek) continue;
      passed_ += static_cast<std::uint32_t>(count);
      // The peer hears of it before it has used up what it knows of.
      if (stage_ == Stage::connected && passed_ - told_ >= kWindow / 2) owe(kCredit);
    }
  }
  return static_cast<fs::Outcome>(copied);
}

}  // namespace wick::net
