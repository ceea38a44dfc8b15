// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// <sys/socket.h>: from descriptors to sockets and from negative errno to -1.

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>

#include <algorithm>
#include <cstring>

#include "fs/descriptors.h"
#include "net/sockets/socket.h"
#include "posix/result.h"

namespace {

using wick::net::Endpoint;
using wick::net::Socket;
using wick::posix::result;

/// Runs `operation` on the socket behind a descriptor.
template <typename Operation>
std::int64_t on_socket(int descriptor, Operation&& operation) {
  return result(wick::posix::restarted([&]() -> wick::fs::Outcome {
    const wick::fs::FileReference file = wick::fs::lookup(descriptor);
    if (!file) return -EBADF;
    // Without RTTI a socket is told from other files by what it says of itself.
    struct stat kind;
    if (file->stat(kind) != 0 || !S_ISSOCK(kind.st_mode)) return -ENOTSOCK;
    return operation(static_cast<Socket&>(*file));
  }));
}

int install(Socket* socket, int type) {
  if ((type & SOCK_NONBLOCK) != 0) socket->flags |= O_NONBLOCK;
  const int descriptor = wick::fs::install(*socket);
  if (descriptor < 0) socket->destroy();
  if (descriptor >= 0 && (type & SOCK_CLOEXEC) != 0) (void)wick::fs::set_close_on_exec(descriptor, true);
  return static_cast<int>(result(descriptor));
}

int tell_address(Socket& socket, int (Socket::*which)(Endpoint&) const, sockaddr* address, socklen_t* length) {
  if (!address || !length) return -EFAULT;
  Endpoint endpoint{};
  if (int wrong = (socket.*which)(endpoint)) return wrong;
  wick::net::to_socket_address(endpoint, socket.family(), address, length);
  return 0;
}

/// @return what a time limit of setsockopt() means; zero is none, one in the past ends at once
wick::Nanoseconds duration(const timeval& time) {
  if (time.tv_sec < 0) return wick::Nanoseconds{1};
  return wick::Nanoseconds{static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 +
                           static_cast<std::uint64_t>(time.tv_usec) * 1000};
}

timeval time_of(wick::Nanoseconds duration) {
  timeval time{};
  time.tv_sec = static_cast<time_t>(raw(duration) / 1'000'000'000);
  time.tv_usec = static_cast<suseconds_t>(raw(duration) % 1'000'000'000 / 1000);
  return time;
}

template <typename Value>
int give(const Value& from, void* value, socklen_t* length) {
  std::memcpy(value, &from, std::min<std::size_t>(*length, sizeof(from)));
  *length = static_cast<socklen_t>(std::min<std::size_t>(*length, sizeof(from)));
  return 0;
}

}  // namespace

extern "C" {

int socket(int family, int type, int protocol) {
  if (family != AF_INET && family != AF_INET6) return static_cast<int>(result(-EAFNOSUPPORT));
  const int kind = type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
  constexpr int kKinds = 11;  // that Linux has numbers for
  if (kind < 0 || kind >= kKinds) return static_cast<int>(result(-EINVAL));
  if (kind != SOCK_STREAM && kind != SOCK_DGRAM) return static_cast<int>(result(-ESOCKTNOSUPPORT));
  constexpr int kTcp = 6, kUdp = 17;
  if (protocol != 0 && protocol != (kind == SOCK_STREAM ? kTcp : kUdp))
    return static_cast<int>(result(-EPROTONOSUPPORT));
  Socket* made = kind == SOCK_STREAM ? wick::net::make_stream_socket(family) : wick::net::make_datagram_socket(family);
  return made ? install(made, type) : static_cast<int>(result(-ENOBUFS));
}

int bind(int descriptor, const sockaddr* address, socklen_t length) {
  return static_cast<int>(on_socket(descriptor, [&](Socket& socket) {
    Endpoint local;
    int wrong = wick::net::from_socket_address(address, length, socket.family(), local);
    return wrong != 0 ? wrong : socket.bind(local);
  }));
}

int connect(int descriptor, const sockaddr* address, socklen_t length) {
  return static_cast<int>(on_socket(descriptor, [&](Socket& socket) {
    if (address && length >= sizeof(sa_family_t) && address->sa_family == AF_UNSPEC) {
      return socket.disconnect();
    }
    Endpoint peer;
    int wrong = wick::net::from_socket_address(address, length, socket.family(), peer);
    return wrong != 0 ? wrong : socket.connect(peer);
  }));
}

int listen(int descriptor, int backlog) {
  return static_cast<int>(on_socket(descriptor, [&](Socket& socket) { return socket.listen(backlog); }));
}

int accept4(int descriptor, sockaddr* address, socklen_t* length, int flags) {
  Socket* made = nullptr;
  const std::int64_t outcome = on_socket(descriptor, [&](Socket& socket) {
    int error = 0;
    made = socket.accept((socket.flags & O_NONBLOCK) == 0, error);
    return error;
  });
  if (outcome < 0) return -1;
  wick::net::to_socket_address(made->last_peer(), made->family(), address, length);
  return install(made, flags);
}

int accept(int descriptor, sockaddr* address, socklen_t* length) { return accept4(descriptor, address, length, 0); }

ssize_t sendmsg(int descriptor, const msghdr* message, int flags) {
  const std::int64_t sent = on_socket(descriptor, [&](Socket& socket) { return socket.send(*message, flags); });
  return (flags & MSG_NOSIGNAL) != 0 ? sent : wick::posix::told_of_broken_pipe(sent);
}

ssize_t recvmsg(int descriptor, msghdr* message, int flags) {
  return on_socket(descriptor, [&](Socket& socket) {
    message->msg_controllen = 0;
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

int getsockname(int descriptor, sockaddr* address, socklen_t* length) {
  return static_cast<int>(
      on_socket(descriptor, [&](Socket& socket) { return tell_address(socket, &Socket::local, address, length); }));
}

int getpeername(int descriptor, sockaddr* address, socklen_t* length) {
  return static_cast<int>(
      on_socket(descriptor, [&](Socket& socket) { return tell_address(socket, &Socket::peer, address, length); }));
}

int shutdown(int descriptor, int how) {
  return static_cast<int>(on_socket(descriptor, [&](Socket& socket) { return socket.shutdown(how); }));
}

int setsockopt(int descriptor, int level, int option, const void* value, socklen_t length) {
  return static_cast<int>(on_socket(descriptor, [&](Socket& socket) {
    if (!value) return -EFAULT;
    if (level == SOL_SOCKET && (option == SO_RCVTIMEO || option == SO_SNDTIMEO)) {
      timeval time;
      if (length < sizeof(time)) return -EINVAL;
      std::memcpy(&time, value, sizeof(time));
      if (time.tv_usec < 0 || time.tv_usec >= 1'000'000) return -EDOM;
      (option == SO_RCVTIMEO ? socket.receive_timeout : socket.send_timeout) = duration(time);
      return 0;
    }
    if (level == SOL_SOCKET && option == SO_LINGER) {
      linger wanted;
      if (length < sizeof(wanted)) return -EINVAL;
      std::memcpy(&wanted, value, sizeof(wanted));
      wanted.l_onoff = wanted.l_onoff != 0;
      if (wanted.l_linger < 0) wanted.l_linger = 0x7fffffff;
      socket.linger_at_close(wanted);
      return 0;
    }
    int number;
    if (length < sizeof(number)) return -EINVAL;
    std::memcpy(&number, value, sizeof(number));
    return socket.set_option(level, option, number);
  }));
}

int getsockopt(int descriptor, int level, int option, void* value, socklen_t* length) {
  return static_cast<int>(on_socket(descriptor, [&](Socket& socket) {
    if (!value || !length) return -EFAULT;
    if (level == SOL_SOCKET) {
      switch (option) {
        case SO_TYPE:
          return give(socket.type(), value, length);
        case SO_PROTOCOL:
          return give(socket.type() == SOCK_STREAM ? IPPROTO_TCP : IPPROTO_UDP, value, length);
        case SO_LINGER:
          return give(socket.options().at_close, value, length);
        case SO_DOMAIN:
          return give(socket.family(), value, length);
        case SO_ERROR:
          return give(socket.take_error(), value, length);
        case SO_RCVTIMEO:
          return give(time_of(socket.receive_timeout), value, length);
        case SO_SNDTIMEO:
          return give(time_of(socket.send_timeout), value, length);
        default:
          break;
      }
    }
    const int number = socket.get_option(level, option);
    return number < 0 ? number : give(number, value, length);
  }));
}

}  // extern "C"
