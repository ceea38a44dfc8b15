// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Unix sockets: names, and how connections come to be.

#include <poll.h>

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <new>

#include "net/sockets/unix.h"

namespace wick::net {

namespace {

constinit UnixSocket* all_bound = nullptr;

}  // namespace

/// @param name not an empty one
UnixSocket* UnixSocket::find(const UnixName& name, int& error) {
  UnixPlace place;
  if (!name.abstract()) error = place.find(name);
  if (error != 0) return nullptr;
  for (UnixSocket* other = all_bound; other; other = other->next_bound_) {
    if (other->name_.abstract() != name.abstract()) continue;
    if (name.abstract() ? same_abstract(other->name_, name) : other->place_ == place) return other;
  }
  error = -ECONNREFUSED;
  return nullptr;
}

/// An abstract name of five digits that nobody has: Linux gives one to who binds to none.
int UnixSocket::choose_name() {
  constexpr unsigned kCount = 1u << 20;
  static constinit unsigned next = 0;
  for (unsigned tried = 0; tried < kCount; ++tried) {
    UnixName name;
    name.address.sun_family = AF_UNIX;
    (void)std::snprintf(name.address.sun_path + 1, 6, "%05x", next++ % kCount);
    name.length = offsetof(sockaddr_un, sun_path) + 6;
    int error = 0;
    if (find(name, error)) continue;
    name_ = name;
    return 0;
  }
  return -ENOSPC;
}

int UnixSocket::bind_name(const sockaddr* name, socklen_t length) {
  UnixName wanted;
  if (const int wrong = wanted.set(name, length)) return wrong;
  if (bound_) return wanted.length == 0 ? 0 : -EINVAL;
  if (wanted.length == 0) {
    if (const int wrong = choose_name()) return wrong;
  } else {
    int error = 0;
    if (wanted.abstract() && find(wanted, error)) return -EADDRINUSE;
    if (!wanted.abstract()) error = place_.make(wanted);
    if (!wanted.abstract() && error != 0) return error;
    name_ = wanted;
  }
  bound_ = true;
  next_bound_ = all_bound;
  all_bound = this;
  return 0;
}

void UnixSocket::unbind() {
  if (!bound_) return;
  UnixSocket** place = &all_bound;
  while (*place != this) place = &(*place)->next_bound_;
  *place = next_bound_;
}

int UnixSocket::listen(int backlog) {
  if (!connects()) return -EOPNOTSUPP;
  if (!bound_ || state_ == State::connected) return -EINVAL;
  backlog_ = backlog < 0 ? SOMAXCONN : static_cast<unsigned>(backlog);
  state_ = State::listening;
  return 0;
}

Socket* UnixSocket::accept(bool may_wait, int& error) {
  const Nanoseconds until = deadline(receive_timeout);
  error = 0;
  for (;;) {
    if (!connects()) return error = -EOPNOTSUPP, nullptr;
    if (state_ != State::listening || reading_ended_) return error = -EINVAL, nullptr;
    if (UnixSocket* child = first_pending_; child) {
      first_pending_ = child->next_pending_;
      --pending_;
      room_.wake_all();
      return child;
    }
    if (const int wrong = may_wait ? wait(until) : -EAGAIN) return error = wrong, nullptr;
  }
}

void UnixSocket::refuse_pending() {
  while (UnixSocket* child = first_pending_) {
    first_pending_ = child->next_pending_;
    if (child->peer_) child->peer_->error_ = ECONNRESET;
    child->destroy();
  }
  pending_ = 0;
}

/// @param to listens and has room
int UnixSocket::connect_to(UnixSocket& to) {
  void* room = std::malloc(sizeof(UnixSocket));
  if (!room) return -ENOMEM;
  auto* child = new (room) UnixSocket(type_);
  child->name_ = to.name_;
  child->peer_name_ = name_;
  peer_name_ = to.name_;
  make_pair(*this, *child);
  (!to.first_pending_ ? to.first_pending_ : to.last_pending_->next_pending_) = child;
  to.last_pending_ = child;
  ++to.pending_;
  to.notify(POLLIN);
  notify(POLLOUT);
  return 0;
}

int UnixSocket::connect_name(const sockaddr* name, socklen_t length) {
  if (!connects() && name && length >= sizeof(sa_family_t) && name->sa_family == AF_UNSPEC) {
    set_peer(nullptr);
    state_ = State::fresh;
    connected_once_ = false;
    return 0;
  }
  UnixName wanted;
  if (const int wrong = wanted.set(name, length)) return wrong;
  if (wanted.length == 0) return -ECONNREFUSED;
  const Nanoseconds until = deadline(send_timeout);
  for (;;) {
    int error = 0;
    UnixSocket* const to = find(wanted, error);
    if (!to) return error;
    if (to->type_ != type_) return -EPROTOTYPE;
    if (!connects()) {
      set_peer(to);
      state_ = State::connected;
      peer_name_ = to->name_;
      notify(POLLOUT);
      return 0;
    }
    if (to->state_ != State::listening || to->reading_ended_) return -ECONNREFUSED;
    if (to->pending_ <= to->backlog_) {
      if (state_ == State::connected) return -EISCONN;
      return state_ == State::listening ? -EINVAL : connect_to(*to);
    }
    if (const int wrong = blocking(0) ? wait_in(to->room_, until) : -EAGAIN) return wrong;
  }
}

int UnixSocket::own_name(sockaddr* name, socklen_t* length) const {
  name_.tell(name, length);
  return 0;
}

int UnixSocket::peer_name(sockaddr* name, socklen_t* length) const {
  if (state_ != State::connected || (!connects() && !peer_)) return -ENOTCONN;
  peer_name_.tell(name, length);
  return 0;
}

void UnixSocket::caller_name(sockaddr* name, socklen_t* length) const { peer_name_.tell(name, length); }

}  // namespace wick::net
