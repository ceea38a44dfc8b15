// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// TCP sockets: sending and receiving.

#include <algorithm>
#include <cstring>

#include "lwip/priv/tcp_priv.h"
#include "net/pools.h"
#include "net/sockets/stream.h"
#include "net/stack.h"
#include "time/clock.h"

namespace wick::net {
namespace {

constexpr std::uint64_t kRetryAfter = 50 * time::kMillisecond;  ///< when the stack itself is out of memory

/// How much of the largest window isn't offered, so that no more than SO_RCVBUF asks for waits here. Below this least
/// the stack would hold its announcements back.
std::uint32_t surplus(const tcp_pcb* pcb, int receive_buffer) {
  constexpr std::uint32_t kMin = 16 * 1024;
  const auto whole = static_cast<std::uint32_t>(TCP_WND_MAX(pcb));
  if (receive_buffer >= kMaxBuffer) return 0;
  const std::uint32_t wanted = std::max(static_cast<std::uint32_t>(receive_buffer) / 2, kMin);
  return wanted < whole ? whole - wanted : 0;
}

}  // namespace

void StreamSocket::append(pbuf* packet) {
  (!received_ ? received_ : received_last_->next) = packet;
  received_bytes_ += packet->tot_len;
  while (packet->next) packet = packet->next;
  received_last_ = packet;
}

void StreamSocket::drop_received() {
  if (received_) pbuf_free(received_);
  received_ = received_last_ = nullptr;
  received_bytes_ = 0;
}

/// Of a connection on which nothing has come: offers what SO_RCVBUF asks for, and at least what the peer was told.
void StreamSocket::withhold(std::size_t least) {
  const auto most = static_cast<std::size_t>(TCP_WND_MAX(pcb_));
  withheld_ =
      std::min(surplus(pcb_, options_.receive_buffer), static_cast<std::uint32_t>(most - std::min(least, most)));
  pcb_->rcv_wnd -= withheld_;
  pcb_->rcv_ann_wnd = pcb_->rcv_wnd;
}

/// @param bytes that the program has read  @return by how much the window opens again
std::size_t StreamSocket::to_give_back(std::size_t bytes) {
  const std::uint32_t wanted = surplus(pcb_, options_.receive_buffer);
  if (wanted < withheld_) bytes += withheld_ - wanted, withheld_ = wanted;
  const std::size_t kept = std::min<std::size_t>(bytes, wanted - withheld_);
  withheld_ += static_cast<std::uint32_t>(kept);
  return bytes - kept;
}

/// Copies what is there, behind `already` bytes of the pieces. @return bytes copied
std::size_t StreamSocket::copy_out(const iovec* pieces, std::size_t count, std::size_t already, bool keep) {
  std::size_t copied = 0;
  pbuf* packet = received_;
  std::size_t taken = 0;  // of `packet`
  for (std::size_t piece = 0; piece < count && packet; ++piece) {
    if (already >= pieces[piece].iov_len) {
      already -= pieces[piece].iov_len;
      continue;
    }
    auto* to = static_cast<std::uint8_t*>(pieces[piece].iov_base) + already;
    std::size_t room = pieces[piece].iov_len - already;
    already = 0;
    while (room != 0 && packet) {
      std::size_t step = std::min<std::size_t>(room, packet->len - taken);
      std::memcpy(to, static_cast<const std::uint8_t*>(packet->payload) + taken, step);
      to += step;
      room -= step;
      copied += step;
      taken += step;
      if (taken < packet->len) break;
      taken = 0;
      packet = packet->next;
      if (keep) continue;
      received_->next = nullptr;
      pbuf_free(received_);
      received_ = packet;
    }
  }
  if (!received_) received_last_ = nullptr;
  if (keep) return copied;
  received_bytes_ -= copied;
  if (taken != 0) {
    received_->payload = static_cast<std::uint8_t*>(received_->payload) + taken;
    received_->len = static_cast<u16_t>(received_->len - taken);
  }
  for (std::size_t left = pcb_ ? to_give_back(copied) : 0; left != 0;) {
    auto step = static_cast<u16_t>(std::min<std::size_t>(left, 0xffff));
    tcp_recved(pcb_, step);
    left -= step;
  }
  stack().expect_loopback();  // the window may have been announced anew
  return copied;
}

fs::Outcome StreamSocket::receive(msghdr& message, int flags) {
  const Nanoseconds until = deadline(receive_timeout);
  std::size_t wanted = 0, copied = 0;
  for (std::size_t piece = 0; piece < message.msg_iovlen; ++piece) wanted += message.msg_iov[piece].iov_len;
  message.msg_namelen = 0;
  message.msg_controllen = 0;
  if ((state_ == State::fresh && !end_of_stream_) || state_ == State::listening) return -ENOTCONN;
  const bool keep = (flags & MSG_PEEK) != 0;
  std::size_t enough = (flags & MSG_WAITALL) != 0 ? wanted : static_cast<std::size_t>(options_.low_water);
  if (enough > wanted) enough = wanted;
  for (;;) {
    const bool over = end_of_stream_ || error_ != 0 || state_ == State::ended;
    if (received_ && (!keep || over || received_bytes_ >= enough || !blocking(flags))) {
      copied += copy_out(message.msg_iov, message.msg_iovlen, copied, keep);
      if (copied >= enough || keep) break;
    }
    // A peer that has sent its end and a reset behind it has ended (as on Linux, where its FIN settles it).
    if (error_ != 0 && error_ != EPIPE) return copied != 0 ? static_cast<fs::Outcome>(copied) : -take_error();
    if (over) break;
    if (const int wrong = blocking(flags) ? wait(until) : -EAGAIN)
      return copied != 0 ? static_cast<fs::Outcome>(copied) : wrong;
  }
  return static_cast<fs::Outcome>(copied);
}

/// Bytes that may be queued now: the stack's room, or less when the program wants a smaller buffer.
std::size_t StreamSocket::room() const {
  if (!pcb_ || pcb_->snd_queuelen >= queue_limit) return 0;
  const std::size_t queued = TCP_SND_BUF - pcb_->snd_buf, most = static_cast<std::size_t>(options_.send_buffer);
  return queued < most ? std::min<std::size_t>(most - queued, pcb_->snd_buf) : 0;
}

fs::Outcome StreamSocket::send_piece(const std::uint8_t* from, std::size_t bytes, int flags, Nanoseconds until) {
  std::size_t sent = 0;
  auto outcome = [&sent](int error) { return sent != 0 ? static_cast<fs::Outcome>(sent) : error; };
  while (sent < bytes) {
    if (error_ != 0) return outcome(-take_error());
    if (!pcb_ || sending_ended_ || (state_ != State::connected && state_ != State::connecting)) {
      return outcome(-EPIPE);
    }
    Nanoseconds retry = kNever;
    if (state_ == State::connected) {
      std::size_t step = std::min<std::size_t>({bytes - sent, room(), 0xffff});
      if (step != 0) {
        u8_t how = (flags & kStays) != 0 ? 0 : TCP_WRITE_FLAG_COPY;
        if ((flags & MSG_MORE) != 0 || step < bytes - sent) how |= TCP_WRITE_FLAG_MORE;
        if (tcp_write(pcb_, from + sent, static_cast<u16_t>(step), how) == ERR_OK) {
          sent += step;
          continue;
        }
        retry = time::deadline(Nanoseconds{kRetryAfter});
      }
    }
    awaits_room_ = true;
    if (pcb_) tcp_output(pcb_);
    stack().expect_loopback();
    if (!blocking(flags)) return outcome(-EAGAIN);
    const Nanoseconds next = std::min(until, retry);
    const int wrong = wait(next);
    // Interrupted on the way to a retry it may start again all the same: the program has set no limit.
    if (wrong == -EINTR && until == kNever) return outcome(fs::kInterrupted);
    if (wrong != 0 && (wrong != -EAGAIN || next == until)) return outcome(wrong);
  }
  return static_cast<fs::Outcome>(sent);
}

fs::Outcome StreamSocket::send(const msghdr& message, int flags) {
  const Nanoseconds until = deadline(send_timeout);
  if (options_.cork) flags |= MSG_MORE;
  fs::Outcome total = 0;
  for (std::size_t piece = 0; piece < message.msg_iovlen; ++piece) {
    const iovec& part = message.msg_iov[piece];
    const bool last = piece + 1 == message.msg_iovlen;
    fs::Outcome sent = send_piece(static_cast<const std::uint8_t*>(part.iov_base), part.iov_len,
                                  last ? flags : flags | MSG_MORE, until);
    if (sent < 0) return total != 0 ? total : sent;
    total += sent;
    if (static_cast<std::size_t>(sent) < part.iov_len) break;
  }
  const bool whole_segment = pcb_ && pcb_->unsent && pcb_->unsent->next;
  if (pcb_ && state_ == State::connected && ((flags & MSG_MORE) == 0 || whole_segment)) tcp_output(pcb_);
  stack().expect_loopback();
  return total;
}

}  // namespace wick::net
