// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// TCP sockets: life, connection, and lwIP's callbacks. Data transfer is in stream_data.cpp, options in
// stream_options.cpp.

#include "net/sockets/stream.h"

#include <poll.h>

#include <cstdlib>
#include <new>

#include "net/stack.h"

namespace wick::net {

Socket* make_stream_socket(int family) {
  void* memory = std::malloc(sizeof(StreamSocket));
  if (memory == nullptr) return nullptr;
  auto* socket = new (memory) StreamSocket(family);
  if (socket->create() == 0) return socket;
  socket->destroy();
  return nullptr;
}

int StreamSocket::create() {
  tcp_pcb* pcb = tcp_new_ip_type(lwip_type(family_));
  if (pcb == nullptr) return -ENOBUFS;
  attach(pcb);
  return 0;
}

void StreamSocket::attach(tcp_pcb* pcb) {
  pcb_ = pcb;
  tcp_arg(pcb, this);
  tcp_recv(pcb, on_received);
  tcp_sent(pcb, on_sent);
  tcp_err(pcb, on_error);
}

void StreamSocket::detach() {
  tcp_arg(pcb_, nullptr);
  if (state_ == State::listening) {
    tcp_accept(pcb_, nullptr);
  } else {
    tcp_recv(pcb_, nullptr);
    tcp_sent(pcb_, nullptr);
    tcp_err(pcb_, nullptr);
  }
}

void StreamSocket::destroy() {
  while (first_pending_ != nullptr) {
    StreamSocket* child = first_pending_;
    first_pending_ = child->next_pending_;
    child->linger_reset_ = true;
    child->destroy();
  }
  if (pcb_ != nullptr) {
    detach();
    if (linger_reset_ && state_ == State::connected) {
      tcp_abort(pcb_);
    } else if (tcp_close(pcb_) != ERR_OK) {
      tcp_abort(pcb_);
    }
    stack().expect_loopback();
  }
  drop_received();
  this->~StreamSocket();
  std::free(this);
}

int StreamSocket::bind(const Endpoint& local) {
  if (pcb_ == nullptr || state_ != State::fresh || pcb_->local_port != 0) return -EINVAL;
  ip_addr_t address = local.address;
  if (family_ == AF_INET6 && ip_addr_isany_val(address)) address = *IP_ANY_TYPE;
  return -errno_of(tcp_bind(pcb_, &address, local.port));
}

int StreamSocket::listen(int backlog) {
  if (state_ == State::listening) return 0;
  if (pcb_ == nullptr || state_ != State::fresh) return -EINVAL;
  backlog_ = backlog < 1 ? 1 : backlog > 255 ? 255 : static_cast<unsigned>(backlog);
  if (pcb_->local_port == 0) {
    if (err_t error = tcp_bind(pcb_, family_ == AF_INET ? IP4_ADDR_ANY : IP_ANY_TYPE, 0); error != ERR_OK) {
      return -errno_of(error);
    }
  }
  err_t error;
  tcp_pcb* listening = tcp_listen_with_backlog_and_err(pcb_, static_cast<u8_t>(backlog_), &error);
  if (listening == nullptr) return -errno_of(error);
  pcb_ = listening;
  state_ = State::listening;
  tcp_arg(pcb_, this);
  tcp_accept(pcb_, on_accepted);
  return 0;
}

Socket* StreamSocket::accept(bool may_wait, int& error) {
  const Nanoseconds until = deadline(receive_timeout);
  error = 0;
  for (;;) {
    if (state_ != State::listening) return error = -EINVAL, nullptr;
    if (StreamSocket* child = first_pending_; child != nullptr) {
      first_pending_ = child->next_pending_;
      child->next_pending_ = nullptr;
      --pending_;
      if (child->pcb_ != nullptr) tcp_backlog_accepted(child->pcb_);
      return child;
    }
    if (!may_wait || wait(until) != 0) return error = -EAGAIN, nullptr;
  }
}

int StreamSocket::connect(const Endpoint& peer) {
  if (state_ == State::connecting) return -EALREADY;
  if (state_ == State::connected) return -EISCONN;
  if (pcb_ == nullptr || state_ != State::fresh) return -EINVAL;
  state_ = State::connecting;
  err_t error = tcp_connect(pcb_, &peer.address, peer.port, on_connected);
  if (error != ERR_OK) {
    state_ = State::fresh;
    return -errno_of(error);
  }
  stack().expect_loopback();
  if (!blocking(0)) return -EINPROGRESS;
  const Nanoseconds until = deadline(send_timeout);
  while (state_ == State::connecting) {
    if (wait(until) != 0) return -EINPROGRESS;
  }
  return state_ == State::connected ? 0 : -take_error();
}

int StreamSocket::shutdown(int how) {
  if (state_ != State::connected) return -ENOTCONN;
  if (pcb_ == nullptr) return 0;
  const bool reading = how == SHUT_RD || how == SHUT_RDWR, writing = how == SHUT_WR || how == SHUT_RDWR;
  if (!reading && !writing) return -EINVAL;
  if (reading) end_of_stream_ = true;
  if (writing && !sending_ended_) {
    sending_ended_ = true;
    if (err_t error = tcp_shutdown(pcb_, 0, 1); error != ERR_OK) return -errno_of(error);
  }
  changed_.wake_all();
  stack().expect_loopback();
  return 0;
}

short StreamSocket::poll(fs::PollSet* set) {
  if (set != nullptr) set->watch(changed_);
  short events = 0;
  if (error_ != 0) events |= POLLERR | POLLIN | POLLOUT;
  if (state_ == State::listening) return first_pending_ != nullptr ? events | POLLIN : events;
  if (received_ != nullptr || end_of_stream_) events |= POLLIN;
  if (state_ == State::ended) events |= POLLHUP | POLLIN | POLLOUT;
  if (state_ == State::connected && end_of_stream_ && sending_ended_) events |= POLLHUP;
  if (state_ == State::connected && pcb_ != nullptr && pcb_->snd_buf > TCP_SNDLOWAT) events |= POLLOUT;
  return events;
}

int StreamSocket::local(Endpoint& to) const {
  if (pcb_ == nullptr) return -EINVAL;
  to = {pcb_->local_ip, pcb_->local_port};
  return 0;
}

int StreamSocket::peer(Endpoint& to) const {
  if (pcb_ == nullptr || state_ != State::connected) return -ENOTCONN;
  to = {pcb_->remote_ip, pcb_->remote_port};
  return 0;
}

err_t StreamSocket::on_connected(void* argument, tcp_pcb*, err_t) {
  auto& socket = *static_cast<StreamSocket*>(argument);
  socket.state_ = State::connected;
  socket.changed_.wake_all();
  return ERR_OK;
}

err_t StreamSocket::on_accepted(void* argument, tcp_pcb* pcb, err_t error) {
  auto& listener = *static_cast<StreamSocket*>(argument);
  if (pcb == nullptr || error != ERR_OK) return ERR_VAL;
  void* memory = listener.pending_ < listener.backlog_ ? std::malloc(sizeof(StreamSocket)) : nullptr;
  if (memory == nullptr) {
    tcp_abort(pcb);
    return ERR_ABRT;
  }
  auto* child = new (memory) StreamSocket(listener.family_);
  child->state_ = State::connected;
  child->attach(pcb);
  tcp_backlog_delayed(pcb);
  (listener.first_pending_ == nullptr ? listener.first_pending_ : listener.last_pending_->next_pending_) = child;
  listener.last_pending_ = child;
  ++listener.pending_;
  listener.changed_.wake_one();
  return ERR_OK;
}

/// The connection is broken and lwIP has given its memory back already.
void StreamSocket::on_error(void* argument, err_t error) {
  auto& socket = *static_cast<StreamSocket*>(argument);
  socket.pcb_ = nullptr;
  socket.error_ = error == ERR_RST && socket.state_ == State::connecting ? ECONNREFUSED : errno_of(error);
  if (error == ERR_ABRT && socket.state_ == State::connecting) socket.error_ = ETIMEDOUT;
  socket.state_ = State::ended;
  socket.changed_.wake_all();
}

}  // namespace wick::net
