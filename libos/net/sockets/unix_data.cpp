// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Unix sockets: sending and receiving. A sender that waits for room stands in the receiver's queue, and whenever it is
// woken looks for the receiver again, which may be gone.

#include <poll.h>

#include <algorithm>
#include <utility>

#include "net/sockets/unix.h"

namespace wick::net {

namespace {

constexpr std::size_t kMaxQueued = 212992;  ///< bytes, those of the messages' own included
constexpr std::size_t kMaxWhole = kMaxQueued - sizeof(UnixMessage) - 32;
constexpr std::size_t kChunk = 32 * 1024;  ///< of a stream, at a time
constexpr unsigned kMaxMessages = 256;     ///< that keep their bounds

}  // namespace

bool UnixSocket::has_room(std::size_t cost) const {
  if (stream()) return queued_bytes_ + kChunk <= kMaxQueued;
  return queued_ < kMaxMessages && queued_bytes_ + cost <= kMaxQueued;
}

void UnixSocket::append(UnixMessage* message) {
  (!first_ ? first_ : last_->next) = message;
  last_ = message;
  queued_bytes_ += message->cost();
  ++queued_;
  notify(POLLIN);
}

void UnixSocket::drop_first() {
  UnixMessage* const message = first_;
  first_ = message->next;
  queued_bytes_ -= message->cost();
  --queued_;
  free_unix_message(message);
}

/// There is room here now.
void UnixSocket::tell_senders() {
  room_.wake_all();
  for (UnixSocket* sender = senders_; sender; sender = sender->next_sender_) {
    if (!sender->awaits_room_) continue;
    sender->awaits_room_ = false;
    sender->tell(POLLOUT);
  }
}

UnixSocket* UnixSocket::destination(const msghdr& message, int& error) {
  if (error_ != 0) return error = -take_error(), nullptr;
  if (writing_ended_) return error = -EPIPE, nullptr;
  if (connects()) {
    if (stream() && message.msg_namelen != 0) {
      return error = state_ == State::connected ? -EISCONN : -EOPNOTSUPP, nullptr;
    }
    if (!peer_) return error = -ENOTCONN, nullptr;
  }
  UnixSocket* to = peer_;
  if (!connects() && message.msg_name && message.msg_namelen != 0) {
    UnixName wanted;
    error = wanted.set(static_cast<const sockaddr*>(message.msg_name), message.msg_namelen);
    if (error == 0 && wanted.length == 0) error = -EINVAL;
    to = error == 0 ? find(wanted, error) : nullptr;
    if (to && to->connects()) return error = -EPROTOTYPE, nullptr;
    if (to && to->peer_ && to->peer_ != this) return error = -EPERM, nullptr;  // it hears its own peer alone
  } else if (!to) {
    error = connected_once_ ? -ECONNREFUSED : -ENOTCONN;
  }
  if (to && to->reading_ended_) return error = -EPIPE, nullptr;
  return to;
}

fs::Outcome UnixSocket::send_stream(const msghdr& message, int flags, PassedFiles& files, Nanoseconds until) {
  const std::size_t whole = total(message);
  std::size_t sent = 0;
  auto outcome = [&sent](int error) { return sent != 0 ? static_cast<fs::Outcome>(sent) : error; };
  do {
    int error = 0;
    UnixSocket* const to = destination(message, error);
    if (!to) return outcome(error);
    if (whole == 0) return 0;
    if (!to->has_room(1)) {
      awaits_room_ = true;
      if (const int wrong = blocking(flags) ? wait_in(to->room_, until) : -EAGAIN) return outcome(wrong);
      continue;
    }
    const std::size_t room = kMaxQueued - to->queued_bytes_ - sizeof(UnixMessage);
    UnixMessage* const made = make_unix_message(message, sent, std::min({whole - sent, room, kChunk}));
    if (!made) return outcome(-ENOBUFS);
    made->files = std::move(files);
    sent += made->bytes;
    to->append(made);
  } while (sent < whole);
  return static_cast<fs::Outcome>(sent);
}

fs::Outcome UnixSocket::send_whole(const msghdr& message, int flags, PassedFiles& files, Nanoseconds until) {
  const std::size_t bytes = total(message);
  if (bytes > kMaxWhole) return -EMSGSIZE;
  for (;;) {
    int error = 0;
    UnixSocket* const to = destination(message, error);
    if (!to) return error;
    if (!to->has_room(bytes + sizeof(UnixMessage))) {
      awaits_room_ = true;
      if (const int wrong = blocking(flags) ? wait_in(to->room_, until) : -EAGAIN) return wrong;
      continue;
    }
    UnixMessage* const made = make_unix_message(message, 0, bytes);
    if (!made) return -ENOBUFS;
    made->files = std::move(files);
    made->from = name_;
    to->append(made);
    return static_cast<fs::Outcome>(bytes);
  }
}

fs::Outcome UnixSocket::send(const msghdr& message, int flags) {
  if (flags & MSG_OOB) return -EOPNOTSUPP;
  PassedFiles files;
  if (const int wrong = files.take(message)) return wrong;
  const Nanoseconds until = deadline(send_timeout);
  return stream() ? send_stream(message, flags, files, until) : send_whole(message, flags, files, until);
}

/// Takes bytes of as many messages as it can; one that brings files begins a call, and ends it.
fs::Outcome UnixSocket::take_stream(msghdr& message, int flags, std::size_t already) {
  const std::size_t wanted = total(message);
  const bool keep = (flags & MSG_PEEK) != 0;
  std::size_t copied = already;
  for (UnixMessage* from = first_; from && copied < wanted;) {
    if (from->files.any() && copied != 0) break;
    const bool brings_files = from->files.any();
    if (brings_files) {
      from->files.deliver(message, (flags & MSG_CMSG_CLOEXEC) != 0);
      if (!keep) from->files = {};
    }
    const std::size_t got = copy_out(*from, message, copied);
    copied += got;
    UnixMessage* const next = from->next;
    if (!keep) {
      from->taken += got;
      if (from->left() == 0) drop_first();
    }
    if (brings_files) break;
    from = next;
  }
  if (!keep) tell_senders();
  return static_cast<fs::Outcome>(copied);
}

fs::Outcome UnixSocket::take_whole(msghdr& message, int flags) {
  UnixMessage& from = *first_;
  const std::size_t copied = copy_out(from, message, 0), whole = from.bytes;
  if (copied < whole) message.msg_flags |= MSG_TRUNC;
  if (from.from.length != 0) {
    from.from.tell(static_cast<sockaddr*>(message.msg_name), &message.msg_namelen);
  } else {
    message.msg_namelen = 0;
  }
  from.files.deliver(message, (flags & MSG_CMSG_CLOEXEC) != 0);
  if ((flags & MSG_PEEK) == 0) {
    drop_first();
    tell_senders();
  }
  return static_cast<fs::Outcome>((flags & MSG_TRUNC) != 0 ? whole : copied);
}

fs::Outcome UnixSocket::receive(msghdr& message, int flags) {
  if (flags & MSG_OOB) return stream() ? -EINVAL : -EOPNOTSUPP;
  if (connects() && state_ != State::connected) return stream() ? -EINVAL : -ENOTCONN;
  const Nanoseconds until = deadline(receive_timeout);
  const std::size_t wanted = total(message);
  std::size_t copied = 0;
  if (stream() && wanted == 0) return message.msg_namelen = 0, message.msg_controllen = 0, 0;
  for (;;) {
    if (first_ && !stream()) return take_whole(message, flags);
    if (first_) {
      const bool files = first_->files.any();
      if (!files && copied == 0) message.msg_controllen = 0;
      copied = static_cast<std::size_t>(take_stream(message, flags, copied));
      const bool more = (flags & MSG_WAITALL) != 0 && (flags & MSG_PEEK) == 0 && copied < wanted && !files && !first_;
      if (!more) break;
    }
    if (error_ != 0 && copied == 0) return -take_error();
    const bool over = error_ != 0 || reading_ended_;
    if (const int wrong = !over && blocking(flags) ? wait(until) : -EAGAIN) {
      if (copied != 0 || reading_ended_) break;
      return wrong;
    }
  }
  if (copied == 0) message.msg_controllen = 0;
  if (peer_name_.length != 0 && copied != 0 && message.msg_name) {
    peer_name_.tell(static_cast<sockaddr*>(message.msg_name), &message.msg_namelen);
  } else {
    message.msg_namelen = 0;
  }
  return static_cast<fs::Outcome>(copied);
}

}  // namespace wick::net
