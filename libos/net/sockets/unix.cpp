// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Unix sockets: life, end, readiness, options. Names and connections are in unix_connect.cpp, messages in
// unix_data.cpp.

#include "net/sockets/unix.h"

#include <poll.h>
#include <sys/ioctl.h>

#include <cstdlib>
#include <new>

#include "net/sockets/families.h"

namespace wick::net {

namespace {

constexpr short kEverything = POLLIN | POLLOUT | POLLERR | POLLHUP | POLLRDHUP;
constexpr int kBuffer = 212992;  // as Linux tells it

int check(int type, int protocol) {
  if (type != SOCK_STREAM && type != SOCK_DGRAM && type != SOCK_SEQPACKET) return -ESOCKTNOSUPPORT;
  return protocol == 0 || protocol == PF_UNIX ? 0 : -EPROTONOSUPPORT;
}

UnixSocket* make(int type) {
  void* room = std::malloc(sizeof(UnixSocket));
  return room ? new (room) UnixSocket(type) : nullptr;
}

}  // namespace

int make_unix_socket(int type, int protocol, Socket*& made) {
  if (const int wrong = check(type, protocol)) return wrong;
  made = make(type);
  return made ? 0 : -ENOMEM;
}

int make_unix_pair(int type, int protocol, Socket* (&made)[2]) {
  if (const int wrong = check(type, protocol)) return wrong;
  UnixSocket* const one = make(type);
  UnixSocket* const other = one ? make(type) : nullptr;
  if (!other) {
    if (one) one->destroy();
    return -ENOMEM;
  }
  UnixSocket::make_pair(*one, *other);
  made[0] = one;
  made[1] = other;
  return 0;
}

void UnixSocket::make_pair(UnixSocket& one, UnixSocket& other) {
  one.set_peer(&other);
  other.set_peer(&one);
  one.state_ = other.state_ = State::connected;
}

void UnixSocket::set_peer(UnixSocket* peer) {
  if (peer_) {
    UnixSocket** place = &peer_->senders_;
    while (*place != this) place = &(*place)->next_sender_;
    *place = next_sender_;
  }
  peer_ = peer;
  if (!peer) return;
  connected_once_ = true;
  next_sender_ = peer->senders_;
  peer->senders_ = this;
}

/// The peer ends. @param error that a connection learns of it by, or 0
void UnixSocket::lose_peer(int error) {
  set_peer(nullptr);
  if (connects()) {
    reading_ended_ = writing_ended_ = true;
    if (error != 0) error_ = error;
  }
  notify(kEverything);
}

void UnixSocket::destroy() {
  unbind();
  refuse_pending();
  const int error = first_ ? ECONNRESET : 0;
  while (senders_) senders_->lose_peer(error);
  set_peer(nullptr);
  while (first_) drop_first();
  room_.wake_all();
  this->~UnixSocket();
  std::free(this);
}

void UnixSocket::end_reading() {
  reading_ended_ = true;
  room_.wake_all();
  notify(kEverything);
}

void UnixSocket::end_writing() {
  writing_ended_ = true;
  if (peer_) peer_->room_.wake_all();
  notify(kEverything);
}

int UnixSocket::shutdown(int how) {
  if (how != SHUT_RD && how != SHUT_WR && how != SHUT_RDWR) return -EINVAL;
  if (how != SHUT_WR) end_reading();
  if (how != SHUT_RD) end_writing();
  if (state_ == State::listening && how != SHUT_WR) refuse_pending();
  if (!connects() || !peer_) return 0;
  if (how != SHUT_RD) peer_->end_reading();
  if (how != SHUT_WR) peer_->end_writing();
  return 0;
}

short UnixSocket::poll() {
  short events = error_ != 0 ? POLLERR : short{0};
  if (state_ == State::listening) return first_pending_ ? events | POLLIN : events;
  if (first_ || reading_ended_) events |= POLLIN;
  if (reading_ended_) events |= POLLRDHUP;
  if ((reading_ended_ && writing_ended_) || (connects() && state_ == State::fresh)) events |= POLLHUP;
  if (!peer_ || writing_ended_ || peer_->has_room(1)) {
    events |= POLLOUT;
  } else {
    awaits_room_ = true;
  }
  return events;
}

fs::Outcome UnixSocket::ioctl(unsigned long request, void* argument) {
  if (request != FIONREAD && request != TIOCOUTQ) return -ENOTTY;
  if (state_ == State::listening) return -EINVAL;
  if (!argument) return -EFAULT;
  std::size_t bytes = 0;
  if (request == TIOCOUTQ) {
    if (peer_) bytes = peer_->queued_bytes_;
  } else {
    for (const UnixMessage* message = first_; message; message = stream() ? message->next : nullptr) {
      bytes += message->left();
    }
  }
  *static_cast<int*>(argument) = static_cast<int>(bytes);
  return 0;
}

/// What Linux takes without its changing anything between two ends in one machine.
int UnixSocket::set_option(int level, int option, int) {
  if (level != SOL_SOCKET) return level == 0 || level == PF_UNIX ? -EOPNOTSUPP : -ENOPROTOOPT;
  switch (option) {
    case SO_REUSEADDR:
    case SO_REUSEPORT:
    case SO_KEEPALIVE:
    case SO_BROADCAST:
    case SO_RCVBUF:
    case SO_SNDBUF:
    case SO_PRIORITY:
      return 0;
    default:
      return -ENOPROTOOPT;
  }
}

int UnixSocket::get_option(int level, int option) const {
  if (level != SOL_SOCKET) return -EOPNOTSUPP;
  switch (option) {
    case SO_ACCEPTCONN:
      return state_ == State::listening;
    case SO_RCVBUF:
    case SO_SNDBUF:
      return kBuffer;
    case SO_REUSEADDR:
    case SO_REUSEPORT:
    case SO_KEEPALIVE:
    case SO_BROADCAST:
    case SO_PRIORITY:
      return 0;
    default:
      return -ENOPROTOOPT;
  }
}

}  // namespace wick::net
