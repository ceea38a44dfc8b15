// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// TCP sockets: bind, listen, accept, connect.

#include "lwip/priv/tcp_priv.h"
#include "net/sockets/stream.h"
#include "net/stack.h"

namespace wick::net {
namespace {

bool used(std::uint16_t port) {
  for (tcp_pcb** list : tcp_pcb_lists) {
    for (const tcp_pcb* other = *list; other; other = other->next) {
      if (other->local_port == port) return true;
    }
  }
  return false;
}

}  // namespace

/// Gives the block the address of local_, and a port nobody can foretell when it has none.
int StreamSocket::bind_block() {
  ip_addr_t address = local_.address;
  if (family_ == AF_INET6 && ip_addr_isany_val(address)) {
    address = options_.only_ipv6 ? *IP6_ADDR_ANY : *IP_ANY_TYPE;
  }
  const std::uint16_t port = local_.port != 0 ? local_.port : pick_port(used);
  if (port == 0 || !may_bind(address, port)) return -EADDRINUSE;
  if (err_t error = tcp_bind(pcb_, &address, port); error != ERR_OK) return -errno_of(error);
  local_.port = port;
  return 0;
}

/// lwIP lets two sockets with SO_REUSEADDR share a port also while one of them listens. Only SO_REUSEPORT means that.
bool StreamSocket::may_bind(const ip_addr_t& address, std::uint16_t port) const {
  for (const tcp_pcb_listen* other = tcp_listen_pcbs.listen_pcbs; other; other = other->next) {
    if (other->local_port != port || !overlap(other->local_ip, address)) continue;
    if (!options_.reuse_port || !listener_at(other->local_ip, port)) return false;
  }
  return true;
}

int StreamSocket::bind(const Endpoint& local) {
  if (state_ != State::fresh || bound_) return -EINVAL;
  if (int wrong = own_address(local.address, false)) return wrong;
  if (int wrong = create()) return wrong;
  local_ = local;
  const int outcome = bind_block();
  bound_ = outcome == 0;
  if (!bound_) local_ = {pcb_->local_ip, 0};
  return outcome;
}

int StreamSocket::listen(int backlog) {
  const unsigned wanted = backlog < 1 ? 1 : backlog > 255 ? 255 : static_cast<unsigned>(backlog);
  if (state_ == State::listening) return backlog_ = wanted, 0;
  if (state_ != State::fresh) return -EINVAL;
  if (int wrong = create()) return wrong;
  if (pcb_->local_port == 0) {
    if (int wrong = bind_block()) return wrong;
    bound_ = true;
  }
  backlog_ = wanted;
  if (StreamSocket* other = options_.reuse_port ? listener_at(pcb_->local_ip, pcb_->local_port) : nullptr) {
    return join(*other);
  }
  err_t error;
  disown(pcb_);  // lwIP exchanges the block for a smaller one
  tcp_pcb* listening = tcp_listen_with_backlog_and_err(pcb_, static_cast<u8_t>(wanted), &error);
  if (!listening) {
    own(pcb_, kOwner, this);
    return -errno_of(error);
  }
  pcb_ = listening;
  state_ = State::listening;
  error_ = 0;
  end_of_stream_ = sending_ended_ = false;
  tcp_arg(pcb_, this);
  tcp_accept(pcb_, on_accepted);
  return 0;
}

StreamSocket* StreamSocket::accept(bool may_wait, int& error) {
  const Nanoseconds until = deadline(receive_timeout);
  error = 0;
  for (;;) {
    if (state_ != State::listening) return error = -EINVAL, nullptr;
    if (StreamSocket** place = first_acceptable()) {
      StreamSocket* const child = *place;
      *place = child->next_pending_;
      if (!*place) pending_end_ = place;
      child->next_pending_ = nullptr;
      child->accepted_ = true;
      child->deferred_by_ = nullptr;
      --pending_;
      if (child->pcb_) tcp_backlog_accepted(child->pcb_);
      return child;
    }
    if (const int wrong = may_wait ? wait(until) : -EAGAIN) return error = wrong, nullptr;
  }
}

int StreamSocket::wait_for_connection() {
  if (!blocking(0)) return -EINPROGRESS;
  const Nanoseconds until = deadline(send_timeout);
  while (state_ == State::connecting) {
    if (const int wrong = wait(until)) return wrong == -EAGAIN ? -EINPROGRESS : wrong;
  }
  reported_ = true;
  return state_ == State::connected ? 0 : error_ != 0 ? -take_error() : -ECONNABORTED;
}

int StreamSocket::connect(const Endpoint& to) {
  if (state_ == State::connecting) return blocking(0) ? wait_for_connection() : -EALREADY;
  if (state_ == State::connected && !reported_) return reported_ = true, 0;
  if (state_ != State::fresh) return -EISCONN;
  if (error_ != 0) return -take_error();  // of the attempt before
  Endpoint peer = to;
  here_if_any(peer, family_);
  if (int wrong = create()) return wrong;
  if (pcb_->local_port == 0) {
    if (int wrong = bind_block()) return wrong;
  }
  state_ = State::connecting;
  reported_ = end_of_stream_ = sending_ended_ = false;
  remote_ = peer;
  err_t error = tcp_connect(pcb_, &peer.address, peer.port, on_connected);
  if (error != ERR_OK) {
    // The next attempt starts anew, from another port unless bind() has chosen one.
    tcp_pcb* pcb = pcb_;
    detach();
    (void)tcp_close(pcb);
    state_ = State::fresh;
    if (!bound_) local_.port = 0;
    return error == ERR_RTE ? -ENETUNREACH : -errno_of(error);
  }
  stack().expect_loopback();
  return wait_for_connection();
}

}  // namespace wick::net
