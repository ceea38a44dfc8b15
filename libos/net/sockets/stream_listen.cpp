// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// TCP sockets that listen: those that share a port (SO_REUSEPORT) take turns, and with TCP_DEFER_ACCEPT a connection
// counts only once it has data, or its time is over.

#include <poll.h>

#include "lwip/priv/tcp_priv.h"
#include "net/sockets/stream.h"
#include "time/clock.h"

namespace wick::net {

/// @return one with SO_REUSEPORT that listens at just this address
StreamSocket* StreamSocket::listener_at(const ip_addr_t& address, std::uint16_t port) {
  for (const tcp_pcb_listen* other = tcp_listen_pcbs.listen_pcbs; other; other = other->next) {
    if (other->local_port != port || other->accept != on_accepted || !other->callback_arg) continue;
    auto* const socket = static_cast<StreamSocket*>(other->callback_arg);
    if (socket->options_.reuse_port && ip_addr_eq(&other->local_ip, &address)) return socket;
  }
  return nullptr;
}

/// lwIP has one listening block for an address: the others of a ring have none.
int StreamSocket::join(StreamSocket& other) {
  local_ = {pcb_->local_ip, pcb_->local_port};
  tcp_pcb* const unused = pcb_;
  detach();
  (void)tcp_close(unused);
  next_sharer_ = other.next_sharer_ ? other.next_sharer_ : &other;
  other.next_sharer_ = this;
  state_ = State::listening;
  return 0;
}

/// Leaves the ring, and the block to who is next.
void StreamSocket::leave() {
  if (!next_sharer_) return;
  StreamSocket* before = next_sharer_;
  for (before->turn_ = nullptr; before->next_sharer_ != this; before->turn_ = nullptr) before = before->next_sharer_;
  if (pcb_) {
    next_sharer_->pcb_ = pcb_;
    tcp_arg(pcb_, next_sharer_);
    pcb_ = nullptr;
  }
  before->next_sharer_ = next_sharer_ == before ? nullptr : next_sharer_;
  next_sharer_ = turn_ = nullptr;
}

StreamSocket& StreamSocket::next_in_turn() {
  if (!next_sharer_) return *this;
  turn_ = (turn_ ? turn_ : this)->next_sharer_;
  return *turn_;
}

/// Of a connection that waits for accept(): whether it is too early to tell of it.
bool StreamSocket::deferred() const {
  if (!deferred_by_ || received_ || end_of_stream_ || state_ != State::connected) return false;
  const std::uint64_t seconds = static_cast<std::uint64_t>(options_.defer_accept);
  return raw(time::now()) < raw(progress_) + seconds * time::kSecond;
}

/// @return where the first connection stands that accept() may give, or null
StreamSocket** StreamSocket::first_acceptable() {
  for (StreamSocket** place = &first_pending_; *place; place = &(*place)->next_pending_) {
    if (!(*place)->deferred()) return place;
  }
  return nullptr;
}

}  // namespace wick::net
