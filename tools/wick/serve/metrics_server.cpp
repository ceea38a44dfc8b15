// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "serve/metrics_server.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <array>
#include <utility>

namespace wick::tool {

void MetricsServer::begin(int listening) {
  listening_ = listening;
  poller_.add(listening_, {Tag::Kind::metrics});
}

void MetricsServer::called() {
  const int file = accept4(listening_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (file < 0) return;
  end_reader();  // who has said nothing so far has had its time
  reader_ = file;
  poller_.add(reader_, {Tag::Kind::reader});
}

void MetricsServer::heard() {
  std::array<char, 4096> asked;
  if (reader_ < 0 || recv(reader_, asked.data(), asked.size(), MSG_DONTWAIT) < 0) return;
  const std::string page = metrics_.page();
  const std::string text = fmt::format(
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}",
      page.size(), page);
  (void)!send(reader_, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  shutdown(reader_, SHUT_WR);
  end_reader();
}

void MetricsServer::end_reader() {
  if (reader_ < 0) return;
  close(std::exchange(reader_, -1));
}

}  // namespace wick::tool
