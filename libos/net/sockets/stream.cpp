// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// TCP sockets: life, end, state as the program sees it. How connections come to be is in stream_open.cpp, lwIP's
// callbacks in stream_callbacks.cpp, data transfer in stream_data.cpp, options in options.cpp.

#include "net/sockets/stream.h"

#include <poll.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <cstdlib>
#include <new>

#include "net/icmp_errors.h"
#include "net/sockets/interfaces.h"
#include "net/stack.h"
#include "time/clock.h"

namespace wick::net {
namespace {

constexpr short kEverything = POLLIN | POLLOUT | POLLERR | POLLHUP | POLLRDHUP;
constexpr std::uint64_t kPollNs = 20 * time::kMillisecond;

}  // namespace

InternetSocket* make_stream_socket(int family) {
  void* memory = std::malloc(sizeof(StreamSocket));
  if (!memory) return nullptr;
  auto* socket = new (memory) StreamSocket(family);
  if (socket->create() == 0) return socket;
  socket->destroy();
  return nullptr;
}

int StreamSocket::create() {
  if (pcb_) return 0;
  tcp_pcb* pcb = tcp_new_ip_type(lwip_type(family_, options_.only_ipv6));
  if (!pcb) return -ENOBUFS;
  attach(pcb);
  return 0;
}

void StreamSocket::attach(tcp_pcb* pcb) {
  pcb_ = pcb;
  tcp_arg(pcb, this);
  tcp_recv(pcb, on_received);
  tcp_sent(pcb, on_sent);
  tcp_err(pcb, on_error);
  own(pcb, kOwner, this);
  connection_refused = on_refused;
  withheld_ = 0;
  apply_options();
}

void StreamSocket::detach() {
  tcp_pcb* pcb = pcb_;
  pcb_ = nullptr;
  tcp_arg(pcb, nullptr);
  if (state_ == State::listening) {
    tcp_accept(pcb, nullptr);
    return;
  }
  disown(pcb);
  pcb->rcv_wnd += withheld_;  // tcp_close() takes a smaller window for bytes that nobody has read
  withheld_ = 0;
  tcp_recv(pcb, nullptr);
  tcp_sent(pcb, nullptr);
  tcp_poll(pcb, nullptr, 0);
  tcp_err(pcb, nullptr);
}

void StreamSocket::remember_addresses() {
  local_ = {pcb_->local_ip, pcb_->local_port};
  remote_ = {pcb_->remote_ip, pcb_->remote_port};
}

/// The connection is over. Both directions read as ended from now on.
void StreamSocket::finish_connection(int error) {
  error_ = error;
  state_ = State::ended;
  end_of_stream_ = sending_ended_ = true;
  notify(kEverything);
}

void StreamSocket::refuse_pending() {
  while (first_pending_) {
    StreamSocket* child = first_pending_;
    first_pending_ = child->next_pending_;
    child->at_close = {1, 0};
    child->destroy();
  }
  pending_end_ = &first_pending_;
  pending_ = 0;
}

/// Ends the connection as close() does: orderly, or by a reset when the program wants one or has left bytes unread
/// (RFC 2525 §2.17), so that the peer learns of it.
void StreamSocket::close_connection() {
  if (!pcb_) return;
  tcp_pcb* pcb = pcb_;
  const bool reset = at_close.l_onoff != 0 && at_close.l_linger == 0;
  const bool open = state_ == State::connected;
  detach();
  const bool aborts = open && (reset || received_) && pcb->state != TIME_WAIT;
  if (aborts || tcp_close(pcb) != ERR_OK) tcp_abort(pcb);
}

/// Both ends are settled: the rest is between the stack and the peer.
bool StreamSocket::over() const {
  return state_ != State::connected || (pcb_ && pcb_->state == TIME_WAIT && end_of_stream_);
}

bool StreamSocket::closing() const {
  return pcb_ && (pcb_->state == FIN_WAIT_1 || pcb_->state == CLOSING || pcb_->state == LAST_ACK || pcb_->unsent ||
                  pcb_->unacked);
}

/// SO_LINGER: close() comes back when the peer has everything, or the time is over.
void StreamSocket::wait_for_last_bytes() {
  const Nanoseconds until = deadline(Nanoseconds{static_cast<std::uint64_t>(at_close.l_linger) * 1'000'000'000});
  if (!sending_ended_) (void)shutdown(SHUT_WR);
  // lwIP tells of acknowledged bytes, but not of the acknowledged end.
  for (;;) {
    const Nanoseconds now = time::now();
    if (!closing() || raw(now) >= raw(until)) return;
    (void)wait(Nanoseconds{std::min(raw(until), raw(now) + kPollNs)});
  }
}

void StreamSocket::destroy() {
  leave();
  refuse_pending();
  if (state_ == State::connected && at_close.l_onoff != 0 && at_close.l_linger > 0 && !received_) {
    wait_for_last_bytes();
  }
  close_connection();
  stack().expect_loopback();
  drop_received();
  this->~StreamSocket();
  std::free(this);
}

/// Back to a socket that was never connected; what bind() has chosen stays.
int StreamSocket::disconnect() {
  const bool connecting = state_ == State::connecting;
  leave();
  if (pcb_ && state_ != State::fresh) {
    tcp_pcb* pcb = pcb_;
    const bool listening = state_ == State::listening;
    detach();
    if (listening) {
      (void)tcp_close(pcb);
    } else {
      tcp_abort(pcb);
    }
  }
  refuse_pending();
  drop_received();
  state_ = State::fresh;
  remote_.port = 0;
  if (!bound_) local_.port = 0;
  end_of_stream_ = sending_ended_ = reported_ = false;
  error_ = connecting ? ECONNABORTED : 0;
  notify(kEverything);
  stack().expect_loopback();
  return 0;
}

int StreamSocket::shutdown(int how) {
  if (how != SHUT_RD && how != SHUT_WR && how != SHUT_RDWR) return -EINVAL;
  if (state_ == State::listening) return how == SHUT_WR ? 0 : disconnect();
  if (state_ == State::connecting) return disconnect();
  if (over()) return -ENOTCONN;
  if (how != SHUT_WR) end_of_stream_ = true;
  if (how != SHUT_RD && !sending_ended_) {
    sending_ended_ = true;
    if (err_t error = pcb_ ? tcp_shutdown(pcb_, 0, 1) : err_t{ERR_OK}; error != ERR_OK) {
      return -errno_of(error);
    }
  }
  notify(kEverything);
  stack().expect_loopback();
  return 0;
}

/// Not for a few bytes of room: then the program would be woken for each acknowledgement.
bool StreamSocket::writable() const {
  const std::size_t free = room();
  return free != 0 && (free > TCP_SNDLOWAT || 3 * free >= static_cast<std::size_t>(options_.send_buffer));
}

short StreamSocket::poll() {
  short events = error_ != 0 ? POLLERR : short{0};
  if (state_ == State::listening) return first_acceptable() ? events | POLLIN : events;
  const bool none = state_ == State::fresh || state_ == State::ended;
  if (none || (end_of_stream_ && sending_ended_)) events |= POLLHUP;
  if (end_of_stream_) events |= POLLIN | POLLRDHUP;
  if (received_bytes_ >= static_cast<std::size_t>(options_.low_water)) events |= POLLIN;
  if (none || sending_ended_ || (state_ == State::connected && writable())) {
    events |= POLLOUT;
  } else {
    awaits_room_ = true;
  }
  return events;
}

fs::Outcome StreamSocket::ioctl(unsigned long request, void* argument) {
  int bytes;
  if (request == FIONREAD) {
    if (state_ == State::listening) return -EINVAL;
    bytes = static_cast<int>(received_bytes_);
  } else if (request == TIOCOUTQ) {
    if (state_ == State::listening) return -EINVAL;
    bytes = pcb_ ? static_cast<int>(TCP_SND_BUF - pcb_->snd_buf) : 0;
  } else {
    return interface_request(request, argument);
  }
  if (!argument) return -EFAULT;
  *static_cast<int*>(argument) = bytes;
  return 0;
}

int StreamSocket::local(Endpoint& to) const {
  // A connection may be moved between lwIP's lists while it ends; what it had as addresses is known from its start.
  to = pcb_ && state_ != State::connected ? Endpoint{pcb_->local_ip, pcb_->local_port} : local_;
  return 0;
}

int StreamSocket::peer(Endpoint& to) const {
  if (over()) return -ENOTCONN;
  to = remote_;
  return 0;
}

}  // namespace wick::net
