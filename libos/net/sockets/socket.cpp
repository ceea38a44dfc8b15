// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "net/sockets/socket.h"

#include <fcntl.h>

#include <cstring>

#include "sched/lock.h"
#include "time/clock.h"

namespace wick::net {
namespace {

msghdr message_of(const iovec* pieces, std::size_t count) {
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(pieces);
  message.msg_iovlen = count;
  return message;
}

}  // namespace

fs::Outcome Socket::read(void* to, std::size_t bytes) {
  iovec piece{to, bytes};
  return readv(&piece, 1);
}

fs::Outcome Socket::write(const void* from, std::size_t bytes) {
  iovec piece{const_cast<void*>(from), bytes};
  return writev(&piece, 1);
}

fs::Outcome Socket::readv(const iovec* pieces, int count) {
  const sched::Guard guard(sched::State::network);
  msghdr message = message_of(pieces, static_cast<std::size_t>(count));
  return receive(message, 0);
}

fs::Outcome Socket::writev(const iovec* pieces, int count) {
  const sched::Guard guard(sched::State::network);
  return send(message_of(pieces, static_cast<std::size_t>(count)), 0);
}

fs::Outcome Socket::stat(struct stat& to) {
  to = {};
  to.st_mode = S_IFSOCK | 0777;
  return 0;
}

int Socket::take_error() {
  int error = error_;
  error_ = 0;
  return error;
}

int Socket::wait_in(sched::WaitQueue& queue, Nanoseconds deadline) {
  switch (queue.wait_for_call(deadline)) {
    case sched::Woken::by_queue:
      return 0;
    case sched::Woken::by_deadline:
      return -EAGAIN;
    case sched::Woken::by_interruption:
      break;
  }
  return deadline == kNever ? fs::kInterrupted : -EINTR;
}

bool Socket::blocking(int message_flags) const {
  return (flags & O_NONBLOCK) == 0 && (message_flags & MSG_DONTWAIT) == 0;
}

Nanoseconds Socket::deadline(Nanoseconds timeout) { return raw(timeout) == 0 ? kNever : time::deadline(timeout); }

}  // namespace wick::net
