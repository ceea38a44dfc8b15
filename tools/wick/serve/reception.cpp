// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "serve/reception.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "serve/clients.h"
#include "serve/head.h"

namespace wick::tool {
namespace {

constexpr std::size_t kMostClients = 1024;   ///< others wait in the kernel
constexpr std::chrono::seconds kLongest{5};  ///< until the head of its request is there

}  // namespace

void Reception::begin(std::vector<Gate> gates) {
  gates_ = std::move(gates);
  watch(true);
}

void Reception::watch(bool on) {
  if (watches_ == on) return;
  watches_ = on;
  for (std::uint32_t number = 0; number < gates_.size(); ++number)
    on ? (void)poller_.add(gates_[number].file, {Tag::Kind::gate, number}) : poller_.remove(gates_[number].file);
}

void Reception::called(std::uint32_t gate) {
  while (clients_.size() < kMostClients) {
    const int file = accept4(gates_[gate].file, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (file < 0) return;
    const std::uint32_t number = next_++;
    clients_.emplace(number, Client{file, gate});
    times_.emplace_back(std::chrono::steady_clock::now() + kLongest, number);
    // What has been looked at is still there to be read: only an edge tells of more.
    poller_.add(file, {Tag::Kind::head, number}, EPOLLIN | EPOLLRDHUP | EPOLLET);
  }
  watch(false);
}

void Reception::heard(std::uint32_t number) {
  const auto found = clients_.find(number);
  if (found == clients_.end()) return;
  const Client client = found->second;
  std::array<char, kLongestHead> bytes;
  const ssize_t got = recv(client.file, bytes.data(), bytes.size(), MSG_PEEK | MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) {  // gone, without having asked for anything
    close(client.file);
    return forget(number);
  }
  const Head head = read_head({bytes.data(), static_cast<std::size_t>(got)});
  if (head.state == Head::State::unfinished) return;
  const auto& hosts = gates_[client.gate].hosts;
  const auto host = hosts.find(head.host);
  if (head.state == Head::State::wrong) {
    send_away(client, "400 Bad Request");
  } else if (host == hosts.end()) {
    send_away(client, "421 Misdirected Request");
  } else {
    poller_.remove(client.file);  // its new owner shares it with us until we close it
    if (fleet_.bring(host->second.appliance, host->second.door, client.file))
      close(client.file);
    else
      send_away(client, "503 Service Unavailable");
  }
  forget(number);
}

/// What it has said is read first: an answer before unread bytes would be lost with them.
void Reception::send_away(const Client& client, const char* status) {
  std::array<char, kLongestHead> bytes;
  (void)!recv(client.file, bytes.data(), bytes.size(), MSG_DONTWAIT);
  const std::string text =
      fmt::format("HTTP/1.1 {0}\r\nContent-Type: text/plain\r\nContent-Length: {1}\r\nConnection: close\r\n\r\n{0}\n",
                  status, std::string_view(status).size() + 1);
  (void)!send(client.file, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  shutdown(client.file, SHUT_WR);
  close(client.file);
  ++metrics_.refused;
}

void Reception::forget(std::uint32_t number) {
  clients_.erase(number);
  if (clients_.size() < kMostClients / 2) watch(true);
}

int Reception::run_timers() {
  const Moment now = std::chrono::steady_clock::now();
  for (; !times_.empty(); times_.pop_front()) {
    const auto [due, number] = times_.front();
    const auto client = clients_.find(number);
    if (client == clients_.end()) continue;
    if (due > now) return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(due - now).count());
    send_away(client->second, "408 Request Timeout");
    forget(number);
  }
  return -1;
}

void Reception::stop() {
  watch(false);
  for (const auto& [number, client] : clients_) refuse(client.file);
  clients_.clear();
  watches_ = true;  // nobody is looked at again
}

}  // namespace wick::tool
