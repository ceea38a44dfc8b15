// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/network/ports.h"

#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "monitor/network/address.h"

namespace wick::monitor {
namespace {

std::string what_failed(const Forward& forward, int error) {
  std::string port = (forward.udp ? "UDP port " : "port ") + std::to_string(forward.host_port) + " of " +
                     address_text(forward.address);
  switch (error) {
    case EADDRINUSE:
      return port + " is taken by another program (choose another with -p)";
    case EACCES:
      return port + " is only for root (choose one above 1023 with -p)";
    case EADDRNOTAVAIL:
      return port + " can't be had: this machine has no such address";
    default:
      return port + " can't be had: " + strerror(error);
  }
}

/// @return -1, with errno
int open_port(const Forward& forward) {
  const int file = socket(AF_INET, (forward.udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (file < 0) return -1;
  const int on = 1;
  if (!forward.udp) {
    setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);  // accepted connections inherit it
  }
  const SocketAddress address({Address::v4(ntohl(forward.address)), forward.host_port});
  if (bind(file, &address.any, address.length()) == 0 && (forward.udp || listen(file, SOMAXCONN) == 0)) return file;
  const int error = errno;
  close(file);
  errno = error;
  return -1;
}

}  // namespace

std::expected<std::vector<int>, std::string> open_ports(std::span<const Forward> forwards) {
  std::vector<int> ports;
  for (const Forward& forward : forwards) {
    const int file = open_port(forward);
    if (file < 0) {
      const int error = errno;
      for (const int port : ports) close(port);
      return std::unexpected(what_failed(forward, error));
    }
    ports.push_back(file);
  }
  return ports;
}

}  // namespace wick::monitor
