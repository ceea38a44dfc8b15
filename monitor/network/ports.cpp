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

std::expected<PortOption, std::string> parse_port(std::string_view text) {
  const bool inherited = text.starts_with(kFolder);
  const auto forward = parse_forward(inherited ? text.substr(kFolder.size()) : text);
  if (!forward) return std::unexpected(forward.error());
  if (!inherited) return PortOption{*forward};
  const int file = forward->host_port;  // whose place the descriptor has
  if (file <= kRingsFile || (!option_of(file, SO_ACCEPTCONN) && !brings_connections(file)))
    return std::unexpected(std::string(text) + " is no socket that listens or brings connections, numbered from 4 on");
  fcntl(file, F_SETFL, O_NONBLOCK);
  return PortOption{*forward, file};
}

std::expected<int, std::string> parse_keeper(std::string_view text) {
  const auto number = hv::parse_number(text.substr(std::min(kFolder.size(), text.size())));
  const int file = static_cast<int>(number.value);
  if (text.starts_with(kFolder) && number.rest.empty() && file > kRingsFile && brings_connections(file)) return file;
  return std::unexpected(std::string(text) + " is no keeper's socket, numbered from 4 on");
}

bool brings_connections(int file) { return option_of(file, SO_TYPE) == SOCK_SEQPACKET; }

int receive_connection(int from, SocketAddress& client) {
  char word;
  iovec bytes{&word, sizeof word};
  alignas(cmsghdr) char room[CMSG_LEN(sizeof(int))];
  msghdr message{nullptr, 0, &bytes, 1, room, sizeof room, 0};
  const auto got = recvmsg(from, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (got <= 0) return got ? -1 : (errno = EPIPE, -1);
  int file = -1;
  if (const auto* beside = CMSG_FIRSTHDR(&message)) std::memcpy(&file, CMSG_DATA(beside), sizeof file);
  socklen_t length = sizeof client;
  if (getpeername(file, &client.any, &length) == 0) return file;
  if (file >= 0) close(file);
  errno = ECONNABORTED;  // the client has gone meanwhile
  return -1;
}

std::expected<std::vector<int>, std::string> open_ports(std::span<const PortOption> ports) {
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
