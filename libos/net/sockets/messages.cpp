// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// <sys/socket.h>: sending and receiving. All of it is sendmsg() and recvmsg().

#include "net/sockets/on_socket.h"
#include "posix/deadline.h"

using wick::net::on_socket;
using wick::net::Socket;

extern "C" {

ssize_t sendmsg(int descriptor, const msghdr* message, int flags) {
  const std::int64_t sent =
      on_socket(descriptor, [&](Socket& socket) { return socket.send(*message, flags & ~wick::net::kStays); });
  return (flags & MSG_NOSIGNAL) != 0 ? sent : wick::posix::told_of_broken_pipe(sent);
}

ssize_t recvmsg(int descriptor, msghdr* message, int flags) {
  return on_socket(descriptor, [&](Socket& socket) {
    message->msg_flags = 0;
    return socket.receive(*message, flags);
  });
}

ssize_t sendto(int descriptor, const void* from, size_t bytes, int flags, const sockaddr* address, socklen_t length) {
  iovec piece{const_cast<void*>(from), bytes};
  msghdr message{const_cast<sockaddr*>(address), length, &piece, 1, nullptr, 0, 0};
  return sendmsg(descriptor, &message, flags);
}

ssize_t recvfrom(int descriptor, void* to, size_t bytes, int flags, sockaddr* address, socklen_t* length) {
  iovec piece{to, bytes};
  msghdr message{address, length ? *length : 0, &piece, 1, nullptr, 0, 0};
  const ssize_t outcome = recvmsg(descriptor, &message, flags);
  if (length) *length = message.msg_namelen;
  return outcome;
}

ssize_t send(int descriptor, const void* from, size_t bytes, int flags) {
  return sendto(descriptor, from, bytes, flags, nullptr, 0);
}

ssize_t recv(int descriptor, void* to, size_t bytes, int flags) {
  return recvfrom(descriptor, to, bytes, flags, nullptr, nullptr);
}

int sendmmsg(int descriptor, mmsghdr* messages, unsigned count, int flags) {
  unsigned done = 0;
  for (; done < count; ++done) {
    const ssize_t sent = sendmsg(descriptor, &messages[done].msg_hdr, flags);
    if (sent < 0) return done != 0 ? static_cast<int>(done) : -1;
    messages[done].msg_len = static_cast<unsigned>(sent);
  }
  return static_cast<int>(done);
}

/// As on Linux, the time-out is looked at behind each message: it doesn't end a wait for one.
int recvmmsg(int descriptor, mmsghdr* messages, unsigned count, int flags, timespec* timeout) {
  using namespace wick;
  if (timeout && (!posix::valid(*timeout) || timeout->tv_sec < 0)) return posix::int_result(-EINVAL);
  const Nanoseconds until = timeout ? time::deadline(posix::to_nanoseconds(*timeout)) : kNever;
  unsigned done = 0;
  for (; done < count && (done == 0 || raw(time::now()) < raw(until)); ++done) {
    const ssize_t got = recvmsg(descriptor, &messages[done].msg_hdr, flags & ~MSG_WAITFORONE);
    if (got < 0) return done != 0 ? static_cast<int>(done) : -1;
    messages[done].msg_len = static_cast<unsigned>(got);
    if (flags & MSG_WAITFORONE) flags |= MSG_DONTWAIT;
  }
  return static_cast<int>(done);
}

}  // extern "C"
