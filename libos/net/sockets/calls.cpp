// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// <sys/socket.h>: from descriptors to sockets and from negative errno to -1.

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "net/sockets/families.h"
#include "net/sockets/on_socket.h"
#include "posix/deadline.h"
#include "posix/result.h"

namespace {

constexpr int kSettings = SOCK_NONBLOCK | SOCK_CLOEXEC;

using wick::net::on_socket;
using wick::net::Socket;
using wick::posix::result;

int install(Socket* socket, int type) {
  const wick::sched::Guard files(wick::sched::State::files), network(wick::sched::State::network);
  if ((type & SOCK_NONBLOCK) != 0) socket->flags |= O_NONBLOCK;
  const int descriptor = wick::fs::install_marked(*socket, (type & SOCK_CLOEXEC) != 0);
  if (descriptor < 0) socket->destroy();
  return static_cast<int>(result(descriptor));
}

/// @return what a time limit of setsockopt() means; zero is none, one in the past ends at once
wick::Nanoseconds duration(const timeval& time) {
  return time.tv_sec < 0 ? wick::Nanoseconds{1} : wick::posix::to_nanoseconds(time);
}

/// Who is at the other end of a Unix socket: this program. There are no users, so all is root's.
ucred peer_of(const Socket& socket) {
  sockaddr_un name;
  socklen_t length = sizeof(name);
  const bool known = socket.family() == AF_UNIX && socket.peer_name(reinterpret_cast<sockaddr*>(&name), &length) == 0;
  return known ? ucred{getpid(), 0, 0} : ucred{0, static_cast<uid_t>(-1), static_cast<gid_t>(-1)};
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
  const wick::sched::Guard files(wick::sched::State::files), network(wick::sched::State::network);
  Socket* made = nullptr;
  const int wrong = wick::net::make_socket(family, type & ~kSettings, protocol, made);
  return wrong != 0 ? static_cast<int>(result(wrong)) : install(made, type);
}

int socketpair(int family, int type, int protocol, int ends[2]) {
  if (family != AF_UNIX) return static_cast<int>(result(wick::net::known(family) ? -EOPNOTSUPP : -EAFNOSUPPORT));
  const wick::sched::Guard files(wick::sched::State::files), network(wick::sched::State::network);
  Socket* made[2];
  if (const int wrong = wick::net::make_unix_pair(type & ~kSettings, protocol, made)) {
    return static_cast<int>(result(wrong));
  }
  const int first = install(made[0], type);
  if (first < 0) {
    made[1]->destroy();
    return -1;
  }
  const int second = install(made[1], type);
  if (second < 0) {
    (void)wick::fs::drop(first);
    return -1;
  }
  ends[0] = first;
  ends[1] = second;
  return 0;
}

int bind(int descriptor, const sockaddr* address, socklen_t length) {
  return static_cast<int>(on_socket(descriptor, [&](Socket& socket) { return socket.bind_name(address, length); }));
}

int connect(int descriptor, const sockaddr* address, socklen_t length) {
  return static_cast<int>(on_socket(descriptor, [&](Socket& socket) { return socket.connect_name(address, length); }));
}

int listen(int descriptor, int backlog) {
  return static_cast<int>(on_socket(descriptor, [&](Socket& socket) { return socket.listen(backlog); }));
}

int accept4(int descriptor, sockaddr* address, socklen_t* length, int flags) {
  if (flags & ~kSettings) return static_cast<int>(result(-EINVAL));
  Socket* made = nullptr;
  const std::int64_t outcome = on_socket(descriptor, [&](Socket& socket) {
    // Without a place for it a connection stays where it is, until the program has closed something.
    if (!wick::fs::has_room()) return -EMFILE;
    int error = 0;
    made = socket.accept((socket.flags & O_NONBLOCK) == 0, error);
    return error;
  });
  if (outcome < 0) return -1;
  if (address && length) made->caller_name(address, length);
  return install(made, flags);
}

int accept(int descriptor, sockaddr* address, socklen_t* length) { return accept4(descriptor, address, length, 0); }

int getsockname(int descriptor, sockaddr* address, socklen_t* length) {
  return static_cast<int>(on_socket(
      descriptor, [&](Socket& socket) { return address && length ? socket.own_name(address, length) : -EFAULT; }));
}

int getpeername(int descriptor, sockaddr* address, socklen_t* length) {
  return static_cast<int>(on_socket(
      descriptor, [&](Socket& socket) { return address && length ? socket.peer_name(address, length) : -EFAULT; }));
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
      if (!wick::posix::valid(time)) return -EDOM;
      (option == SO_RCVTIMEO ? socket.receive_timeout : socket.send_timeout) = duration(time);
      return 0;
    }
    if (level == SOL_SOCKET && option == SO_LINGER) {
      linger wanted;
      if (length < sizeof(wanted)) return -EINVAL;
      std::memcpy(&wanted, value, sizeof(wanted));
      wanted.l_onoff = wanted.l_onoff != 0;
      if (wanted.l_linger < 0) wanted.l_linger = 0x7fffffff;
      socket.at_close = wanted;
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
          return give(socket.protocol(), value, length);
        case SO_LINGER:
          return give(socket.at_close, value, length);
        case SO_DOMAIN:
          return give(socket.family(), value, length);
        case SO_ERROR:
          return give(socket.take_error(), value, length);
        case SO_PEERCRED:
          return give(peer_of(socket), value, length);
        case SO_RCVTIMEO:
          return give(wick::posix::to_timeval(socket.receive_timeout), value, length);
        case SO_SNDTIMEO:
          return give(wick::posix::to_timeval(socket.send_timeout), value, length);
        default:
          break;
      }
    }
    const int number = socket.get_option(level, option);
    if (number == -ENOPROTOOPT) return socket.get_structure(level, option, value, length);
    return number < 0 ? number : give(number, value, length);
  }));
}

}  // extern "C"
