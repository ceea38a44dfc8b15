// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "run/forward.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace wick::tool {
namespace {

bool is_free(const Forward& forward) {
  int probe = socket(AF_INET, (forward.udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC, 0);
  if (probe < 0) return true;
  int on = 1;
  setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(forward.host_port);
  address.sin_addr.s_addr = forward.address;
  bool fine = bind(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  close(probe);
  return fine;
}

}  // namespace

std::vector<Forward> default_forwards(const std::vector<std::string>& ports) {
  std::vector<Forward> list;
  for (const std::string& text : ports) {
    auto forward = parse_forward(text);
    if (!forward) continue;
    if (forward->guest_port == 80)
      forward->host_port = 8080;
    else if (forward->guest_port < 1024)
      forward->host_port = static_cast<std::uint16_t>(8000 + forward->guest_port);
    list.push_back(*forward);
  }
  return list;
}

std::vector<Forward> container_forwards(const std::vector<std::string>& ports) {
  std::vector<Forward> list;
  for (const std::string& text : ports) {
    auto forward = parse_forward(text);
    if (!forward) continue;
    forward->address = INADDR_ANY;
    list.push_back(*forward);
  }
  return list;
}

Result<void> settle_forwards(std::vector<Forward>& forwards, bool may_move) {
  for (Forward& forward : forwards) {
    for (unsigned tries = 0; !is_free(forward); ++tries) {
      if (!may_move || tries == 100) {
        return fail(
            fmt::format("Port {} of this machine is in use already.", forward.host_port),
            fmt::format("choose another one, for example -p {}:{}.", forward.host_port + 1, forward.guest_port));
      }
      ++forward.host_port;
    }
  }
  return {};
}

std::string address_of(const Forward& forward) {
  const std::string address = address_text(forward.address);
  if (!forward.udp && (forward.guest_port == 80 || forward.guest_port == 8080))
    return fmt::format("http://{}:{}/", address, forward.host_port);
  return fmt::format("{}:{} ({} port {})", address, forward.host_port, forward.udp ? "udp" : "tcp", forward.guest_port);
}

}  // namespace wick::tool
