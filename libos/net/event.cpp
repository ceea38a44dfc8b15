// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The event API on lwIP's raw TCP. What a callback asks for that lwIP can't stand inside of its own callbacks
// (closing, aborting) is noted and done when the callback has returned. Callbacks run within the network thread's
// guard, and a Connection's functions are called by them.

#include <wick/net.h>

#include <algorithm>
#include <cstring>

#include "lwip/priv/tcp_priv.h"
#include "lwip/tcp.h"
#include "net/owner.h"
#include "net/pools.h"
#include "sched/lock.h"

namespace wick::net {
namespace {

constexpr std::size_t kMaxAtOnce = 0xffff;  ///< tcp_write() counts in 16 bits

}  // namespace

/// What lwIP calls; the argument is the Connection or Listener.
struct Callbacks {
  static void attach(Connection& connection, tcp_pcb* pcb) {
    connection.pcb_ = pcb;
    tcp_arg(pcb, &connection);
    tcp_recv(pcb, received);
    tcp_err(pcb, failed);
    own(pcb, kOwner, &connection);
    tcp_nagle_disable(pcb);
  }

  static void detach(Connection& connection) {
    tcp_pcb* pcb = connection.pcb_;
    if (!pcb) return drop_pending(connection);
    disown(pcb);
    tcp_arg(pcb, nullptr);
    tcp_recv(pcb, nullptr);
    tcp_sent(pcb, nullptr);
    tcp_poll(pcb, nullptr, 0);
    tcp_err(pcb, nullptr);
    // lwIP would answer a close with bytes unread by a reset, which may overtake our last words.
    for (const pbuf* piece = connection.pending_; piece; piece = piece->next) tcp_recved(pcb, piece->len);
    drop_pending(connection);
    connection.pcb_ = nullptr;
  }

  static void drop_pending(Connection& connection) {
    if (connection.pending_) pbuf_free(connection.pending_);
    connection.pending_ = nullptr;
  }

  /// pbuf_cat() would count the lengths in 16 bits.
  static void append(pbuf*& chain, pbuf* packet) {
    pbuf** end = &chain;
    while (*end) end = &(*end)->next;
    *end = packet;
  }

  /// Does what was asked for during a callback. @return what lwIP wants to hear from its callback
  static err_t conclude(Connection& connection) {
    if (!connection.closing_ && !connection.aborting_) [[likely]]
      return ERR_OK;
    tcp_pcb* pcb = connection.pcb_;
    bool abort = connection.aborting_;
    detach(connection);
    if (pcb) end(pcb, abort);
    connection.closed();
    return abort ? ERR_ABRT : ERR_OK;
  }

  static void end(tcp_pcb* pcb, bool abort) {
    if (abort || tcp_close(pcb) != ERR_OK) tcp_abort(pcb);
  }

  /// lwIP frees a block in TIME_WAIT without a word, also while the application still has bytes of it to read.
  static void freed(u8_t, void* argument) { static_cast<Connection*>(argument)->pcb_ = nullptr; }

  static void program_ends(void* argument) {
    auto& connection = *static_cast<Connection*>(argument);
    tcp_pcb* pcb = connection.pcb_;
    detach(connection);
    end(pcb, false);
  }

  static constexpr Owner kOwner{{freed, nullptr}, program_ends};

  static err_t received(void* argument, tcp_pcb*, pbuf* packet, err_t) {
    auto& connection = *static_cast<Connection*>(argument);
    connection.in_callback_ = true;
    if (!packet) {
      connection.ended_ = true;
      if (!connection.pending_) connection.end_of_stream();
    } else {
      append(connection.pending_, packet);
      if (!connection.paused_) connection.deliver();
    }
    connection.in_callback_ = false;
    return conclude(connection);
  }

  static err_t sent(void* argument, tcp_pcb*, u16_t) {
    auto& connection = *static_cast<Connection*>(argument);
    connection.in_callback_ = true;
    connection.writable();
    connection.in_callback_ = false;
    return conclude(connection);
  }

  static err_t polled(void* argument, tcp_pcb*) {
    auto& connection = *static_cast<Connection*>(argument);
    connection.in_callback_ = true;
    connection.timer();
    connection.in_callback_ = false;
    return conclude(connection);
  }

  /// The connection is broken, and lwIP gives its memory back now or has done so already.
  static void failed(void* argument, err_t) {
    auto& connection = *static_cast<Connection*>(argument);
    drop_pending(connection);
    if (connection.pcb_) disown(connection.pcb_);  // closed() may delete the connection
    connection.pcb_ = nullptr;
    connection.closed();
  }

  static err_t accepted(void* argument, tcp_pcb* pcb, err_t error) {
    auto& listener = *static_cast<Listener*>(argument);
    if (!pcb || error != ERR_OK) {
      ++listener.refused_;
      return ERR_VAL;
    }
    Connection* connection = listener.accept_(listener.context_);
    if (!connection) {
      ++listener.refused_;
      tcp_abort(pcb);
      return ERR_ABRT;
    }
    attach(*connection, pcb);
    connection->in_callback_ = true;
    connection->opened();
    connection->in_callback_ = false;
    return conclude(*connection);
  }
};

[[gnu::always_inline]] inline void Connection::deliver() {
  while (pending_ && !closing_ && !aborting_ && !paused_) {
    std::size_t length = pending_->len;
    std::size_t used = received({static_cast<const char*>(pending_->payload), length});
    if (pcb_) [[likely]]
      tcp_recved(pcb_, static_cast<u16_t>(used));
    if (used < length) {
      pending_ = pbuf_free_header(pending_, static_cast<u16_t>(used));
      paused_ = true;
      return;
    }
    pbuf* first = pending_;
    pending_ = first->next;
    first->next = nullptr;
    pbuf_free(first);
  }
}

void Connection::resume() {
  bool outermost = !in_callback_;
  in_callback_ = true;
  paused_ = false;
  deliver();
  if (ended_ && !pending_ && !closing_ && !aborting_) end_of_stream();
  if (!outermost) return;
  in_callback_ = false;
  Callbacks::conclude(*this);
}

std::size_t Connection::room() const { return pcb_ && pcb_->snd_queuelen < queue_limit ? pcb_->snd_buf : 0; }

bool Connection::pressed() { return queue_limit != kQueueLimit; }

std::size_t Connection::write(std::string_view bytes, Memory memory) {
  const u8_t copy = memory == Memory::changing ? TCP_WRITE_FLAG_COPY : 0;
  std::size_t left = bytes.size();
  while (left != 0) {
    const std::size_t length = std::min({left, room(), kMaxAtOnce});
    const u8_t flags = length < left ? copy | TCP_WRITE_FLAG_MORE : copy;
    if (length == 0 || tcp_write(pcb_, bytes.data() + bytes.size() - left, static_cast<u16_t>(length), flags) != ERR_OK)
      break;
    left -= length;
  }
  return bytes.size() - left;
}

void Connection::notify_writable(bool wanted) {
  if (pcb_) tcp_sent(pcb_, wanted ? Callbacks::sent : nullptr);
}

void Connection::flush() {
  if (pcb_) tcp_output(pcb_);
}

void Connection::set_timer(unsigned seconds) {
  if (!pcb_) return;
  unsigned interval = seconds * 2 < 255 ? seconds * 2 : 255;  // lwIP counts half seconds
  tcp_poll(pcb_, seconds != 0 ? Callbacks::polled : nullptr, static_cast<u8_t>(interval));
}

void Connection::close() {
  closing_ = true;
  if (!in_callback_) Callbacks::conclude(*this);
}

void Connection::abort() {
  aborting_ = true;
  if (!in_callback_) Callbacks::conclude(*this);
}

void Connection::finish_sending() {
  if (ended_ || !pcb_ || tcp_shutdown(pcb_, 0, 1) != ERR_OK) close();
}

Peer Connection::peer() const {
  Peer peer{};
  if (!pcb_) return peer;
  peer.port = pcb_->remote_port;
  peer.ipv6 = IP_IS_V6_VAL(pcb_->remote_ip);
  if (peer.ipv6) {
    std::memcpy(peer.address, ip_2_ip6(&pcb_->remote_ip)->addr, 16);
  } else {
    std::memcpy(peer.address, &ip_2_ip4(&pcb_->remote_ip)->addr, 4);
  }
  return peer;
}

bool Listener::open(std::uint16_t port, Accept accept, void* context) {
  const sched::Guard guard(sched::State::network);
  tcp_pcb* pcb = tcp_new_ip_type(IPADDR_TYPE_ANY);
  if (!pcb) return false;
  if (tcp_bind(pcb, IP_ANY_TYPE, port) != ERR_OK) {
    tcp_close(pcb);
    return false;
  }
  tcp_pcb* listening = tcp_listen_with_backlog(pcb, 255);
  if (!listening) {
    tcp_close(pcb);
    return false;
  }
  pcb_ = listening;
  accept_ = accept;
  context_ = context;
  tcp_arg(pcb_, this);
  tcp_accept(pcb_, Callbacks::accepted);
  return true;
}

void Listener::close() {
  const sched::Guard guard(sched::State::network);
  if (pcb_) tcp_close(pcb_);
  pcb_ = nullptr;
}

}  // namespace wick::net
