// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// TCP sockets: what lwIP calls, on the network thread. After on_freed() the block is never touched again.

#include <poll.h>

#include <cstdlib>
#include <new>

#include "lwip/priv/tcp_priv.h"
#include "net/sockets/stream.h"
#include "net/stack.h"
#include "time/clock.h"

namespace wick::net {

err_t StreamSocket::on_received(void* argument, tcp_pcb* pcb, pbuf* packet, err_t) {
  auto& socket = *static_cast<StreamSocket*>(argument);
  if (!packet) {
    socket.end_of_stream_ = true;
    if (pcb->state == TIME_WAIT) {  // both ends are done: the rest is between the stack and the peer
      socket.detach();
      socket.finish_connection(socket.error_);
    }
  } else if (socket.end_of_stream_) {  // shut down by the program: what comes is thrown away
    tcp_recved(pcb, packet->tot_len);
    pbuf_free(packet);
  } else {
    socket.append(packet);
  }
  if (socket.options_.quick_ack) tcp_ack_now(pcb);
  if (socket.deferred_by_) socket.deferred_by_->notify(POLLIN);
  socket.notify(socket.end_of_stream_ ? POLLIN | POLLRDHUP | POLLHUP : POLLIN);
  return ERR_OK;
}

err_t StreamSocket::on_sent(void* argument, tcp_pcb*, u16_t) {
  auto& socket = *static_cast<StreamSocket*>(argument);
  if (socket.options_.user_timeout != 0) socket.progress_ = time::now();
  socket.changed_.wake_all();
  // An edge is what goes from full to writable, not each acknowledgement.
  if (socket.awaits_room_ && socket.writable()) {
    socket.awaits_room_ = false;
    socket.tell(POLLOUT);
  }
  return ERR_OK;
}

/// Twice a second while TCP_USER_TIMEOUT (RFC 5482), TCP_CORK or TCP_DEFER_ACCEPT ask for it.
err_t StreamSocket::on_tick(void* argument, tcp_pcb* pcb) {
  auto& socket = *static_cast<StreamSocket*>(argument);
  if (socket.options_.cork) tcp_output(pcb);
  if (socket.deferred_by_ && !socket.deferred()) socket.deferred_by_->notify(POLLIN);
  if (socket.options_.user_timeout == 0) return ERR_OK;
  const Nanoseconds now = time::now();
  if (!pcb->unacked && !pcb->unsent) {
    socket.progress_ = now;
    return ERR_OK;
  }
  if (raw(now) < raw(socket.progress_) + std::uint64_t{socket.options_.user_timeout} * time::kMillisecond)
    return ERR_OK;
  socket.detach();
  tcp_abort(pcb);
  socket.finish_connection(ETIMEDOUT);
  return ERR_ABRT;
}

err_t StreamSocket::on_connected(void* argument, tcp_pcb*, err_t) {
  auto& socket = *static_cast<StreamSocket*>(argument);
  socket.state_ = State::connected;
  socket.remember_addresses();
  socket.progress_ = time::now();
  socket.limit_segments();
  socket.withhold(0);
  socket.notify(POLLOUT);
  return ERR_OK;
}

err_t StreamSocket::on_accepted(void* argument, tcp_pcb* pcb, err_t error) {
  auto& listener = static_cast<StreamSocket*>(argument)->next_in_turn();
  if (!pcb || error != ERR_OK) return ERR_VAL;
  void* memory = listener.pending_ < listener.backlog_ ? std::malloc(sizeof(StreamSocket)) : nullptr;
  if (!memory) {
    tcp_abort(pcb);
    return ERR_ABRT;
  }
  auto* child = new (memory) StreamSocket(listener.family_);
  child->state_ = State::connected;
  child->reported_ = true;
  child->accepted_ = false;
  child->options_ = listener.options_;
  child->at_close = listener.at_close;
  child->receive_timeout = listener.receive_timeout;
  child->send_timeout = listener.send_timeout;
  child->progress_ = time::now();
  if (listener.options_.defer_accept != 0) child->deferred_by_ = &listener;
  child->attach(pcb);
  child->remember_addresses();
  constexpr std::size_t kTold = 0xffff;  // by SYN and ACK already
  child->withhold(kTold);
  tcp_backlog_delayed(pcb);
  *listener.pending_end_ = child;
  listener.pending_end_ = &child->next_pending_;
  ++listener.pending_;
  if (child->deferred_by_) return ERR_OK;
  listener.changed_.wake_one();
  listener.tell(POLLIN);
  return ERR_OK;
}

/// The network says that the peer can't be reached.
void StreamSocket::on_refused(tcp_pcb* pcb, int error) {
  if (pcb->errf != on_error) return;  // not a socket's
  auto& socket = *static_cast<StreamSocket*>(pcb->callback_arg);
  socket.detach();
  tcp_abandon(pcb, 0);
  if (!socket.bound_) socket.local_.port = 0;
  socket.finish_connection(error);
  socket.state_ = State::fresh;
}

/// The connection is broken. lwIP gives its memory back now or has done so already.
void StreamSocket::on_error(void* argument, err_t error) {
  auto& socket = *static_cast<StreamSocket*>(argument);
  if (socket.pcb_) disown(socket.pcb_);
  socket.pcb_ = nullptr;
  const bool connecting = socket.state_ == State::connecting;
  int told = errno_of(error);
  if (error == ERR_CLSD) told = 0;          // both ends have closed: an orderly end
  if (error == ERR_ABRT) told = ETIMEDOUT;  // no answer to data, SYN or keep-alive probes: lwIP has given up
  if (error == ERR_RST) told = connecting ? ECONNREFUSED : socket.end_of_stream_ ? EPIPE : ECONNRESET;
  if (connecting && !socket.bound_) socket.local_.port = 0;
  socket.finish_connection(told);
  if (connecting) socket.state_ = State::fresh;
}

void StreamSocket::on_freed(u8_t, void* argument) {
  auto& socket = *static_cast<StreamSocket*>(argument);
  socket.pcb_ = nullptr;
  if (socket.state_ != State::connected) return;
  // Without an error: whoever calls on_error() does so right before or behind this.
  socket.finish_connection(socket.error_);
}

void StreamSocket::on_end(void* argument) {
  auto& socket = *static_cast<StreamSocket*>(argument);
  if (!socket.accepted_) socket.at_close = {1, 0};
  socket.close_connection();
}

}  // namespace wick::net
