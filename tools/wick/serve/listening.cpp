// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "serve/listening.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>

#include "serve/spawner.h"

namespace wick::tool {
namespace {

constexpr int kFirstActivated = 3;

/// @return 0: there is none, or it isn't a number
int number_in(const char* variable) {
  const char* text = std::getenv(variable);
  int value = 0;
  if (text) std::from_chars(text, text + std::strlen(text), value);
  return value;
}

Result<Activated> activated_at(int number) {
  int listens = 0;
  socklen_t length = sizeof listens;
  sockaddr_in address{};
  socklen_t address_length = sizeof address;
  getsockopt(number, SOL_SOCKET, SO_ACCEPTCONN, &listens, &length);
  if (!listens || getsockname(number, reinterpret_cast<sockaddr*>(&address), &address_length) != 0 ||
      address.sin_family != AF_INET)
    return fail(fmt::format("File {} of LISTEN_FDS is no listening socket of TCP over IPv4.", number),
                "write for example ListenStream=0.0.0.0:8080 in the socket unit.");
  const int moved = fcntl(number, F_DUPFD_CLOEXEC, Spawner::kSlots);
  if (moved < 0) return fail(fmt::format("The sockets of LISTEN_FDS can't be kept: {}.", std::strerror(errno)));
  close(number);
  return Activated{moved, {ntohs(address.sin_port), 0, false, address.sin_addr.s_addr}};
}

void prepare(int file) {
  const int on = 1;
  setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);  // accepted connections inherit it
  fcntl(file, F_SETFL, O_NONBLOCK);
}

}  // namespace

Result<std::vector<Activated>> take_activated() {
  const int count = number_in("LISTEN_PID") == getpid() ? number_in("LISTEN_FDS") : 0;
  for (const char* variable : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) unsetenv(variable);
  std::vector<Activated> list;
  for (int number = kFirstActivated; number < kFirstActivated + count; ++number) {
    auto one = activated_at(number);
    if (!one) return std::unexpected(one.error());
    prepare(one->file);
    list.push_back(*one);
  }
  return list;
}

Result<int> listen_at(const Forward& forward, std::vector<Activated>& activated) {
  const auto given = std::ranges::find_if(activated, [&](const Activated& one) {
    return one.forward.host_port == forward.host_port &&
           (one.forward.address == forward.address || one.forward.address == INADDR_ANY);
  });
  if (given != activated.end()) {
    const int file = given->file;
    activated.erase(given);
    return file;
  }
  const int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(forward.host_port);
  address.sin_addr.s_addr = forward.address;
  const int on = 1;
  if (file >= 0) setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (file >= 0 && bind(file, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      listen(file, SOMAXCONN) == 0) {
    prepare(file);
    return file;
  }
  const int error = errno;
  if (file >= 0) close(file);
  const std::string place = fmt::format("Port {} of {}", forward.host_port, address_text(forward.address));
  if (error == EADDRINUSE) return fail(place + " is in use already.", "choose another one by --listen.");
  if (error == EMFILE)
    return fail(fmt::format("{} can't be had: this process may have no more files.", place),
                "raise `ulimit -n`, or LimitNOFILE= of the service.");
  return fail(fmt::format("{} can't be had: {}.", place, std::strerror(error)));
}

}  // namespace wick::tool
