// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/network/ports.h"

#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/number.h"
#include "monitor/network/address.h"
#include "monitor/network/process.h"

namespace wick::monitor {
namespace {

constexpr std::string_view kFolder = "/dev/fd/";

/// @return 0: it isn't that of a socket
int option_of(int file, int name) {
  int value = 0;
  socklen_t length = sizeof value;
  return getsockopt(file, SOL_SOCKET, name, &value, &length) == 0 ? value : 0;
}

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

std::expected<Port, std::string> parse_port(std::string_view text) {
  const bool inherited = text.starts_with(kFolder);
  const auto words = inherited ? text.substr(kFolder.size()) : text;
  const auto forward = parse_forward(words);
  if (!inherited && !forward) return std::unexpected(forward.error());
  if (!inherited) return Port{*forward};
  // The descriptor has the place of the host's port.
  if (!forward || forward->udp || forward_text(*forward) != words || forward->host_port <= kRingsFile)
    return std::unexpected("\"" + std::string(text) + "\" is no port: write /dev/fd/N:PORT, with N from 4 on");
  Port port{*forward, forward->host_port};
  if (!option_of(port.file, SO_ACCEPTCONN) && !brings_connections(port.file))
    return std::unexpected(std::string(text) + " is no socket that listens or brings connections");
  fcntl(port.file, F_SETFL, O_NONBLOCK);
  return port;
}

std::expected<int, std::string> parse_keeper(std::string_view text) {
  const auto number = hv::parse_number(text.substr(std::min(kFolder.size(), text.size())));
  const int file = static_cast<int>(number.value);
  if (!text.starts_with(kFolder) || !number.ok || !number.rest.empty() || file <= kRingsFile ||
      !brings_connections(file))
    return std::unexpected("\"" + std::string(text) + "\" is no keeper's socket: write /dev/fd/N, with N from 4 on");
  return file;
}

bool brings_connections(int file) { return option_of(file, SO_TYPE) == SOCK_SEQPACKET; }

std::expected<std::vector<int>, std::string> open_ports(std::span<const Port> ports) {
  std::vector<int> files;
  for (const auto& [forward, inherited] : ports) {
    const int file = inherited >= 0 ? inherited : open_port(forward);
    if (file < 0) {
      const int error = errno;
      for (const int opened : files) close(opened);
      return std::unexpected(what_failed(forward, error));
    }
    files.push_back(file);
  }
  return files;
}

}  // namespace wick::monitor
