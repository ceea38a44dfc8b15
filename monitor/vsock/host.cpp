// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See host.h: the loop, and the clients' side. The guest's is in packets.cpp.

#include "monitor/vsock/host.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <ctime>

namespace wick::monitor {
namespace {

constexpr long kEndSeconds = 5;  ///< for what the guest has sent before its end
constexpr std::size_t kMaxLine = 32;

long seconds() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec;
}

}  // namespace

std::optional<sockaddr_un> unix_name(const std::string& path) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof name.sun_path) return std::nullopt;
  std::memcpy(name.sun_path, path.c_str(), path.size() + 1);
  return name;
}

void VsockHost::run() {
  for (;;) {
    pay();
    std::erase_if(all_, [](const auto& its) { return its->stage == Stage::over && its->owed == 0; });
    if (ending_ && end_time_ == 0) end_time_ = seconds() + kEndSeconds;
    const bool waits = std::ranges::any_of(all_, [](const auto& its) { return !its->waiting.empty(); });
    if (ending_ && (!waits || seconds() >= end_time_)) return;
    wait();
  }
}

/// Asks for what can be made use of, and does what comes.
void VsockHost::wait() {
  const bool room = pending_.empty();
  files_.clear();
  const auto add = [&](int file, bool reads, bool writes) {
    const int events = (reads ? POLLIN : 0) | (writes ? POLLOUT : 0);
    files_.push_back({events ? file : -1, static_cast<short>(events), 0});
  };
  add(packets_, !ending_ && !full(), !room && !ending_);
  add(listener_, !ending_ && all_.size() < kMaxConnections, false);
  for (const auto& its : all_)
    add(its->file, its->stage == Stage::asking || (room && !ending_ && its->may_send()), !its->waiting.empty());
  const timespec second{1, 0};
  if (ppoll(files_.data(), files_.size(), ending_ ? &second : nullptr, nullptr) <= 0) return;
  // Those that come meanwhile stand behind the ones that were asked.
  for (std::size_t i = 0; i + 2 < files_.size(); ++i) {
    Connection& its = *all_[i];
    const auto happened = files_[i + 2].revents;
    if (happened && its.stage == Stage::asking)
      read_line(its);
    else if (happened && !its.waiting.empty())
      write_client(its);
    if (happened && pending_.empty() && its.may_send() && !ending_) read_client(its);
  }
  if (files_[1].revents) accept_clients();
  if (files_[0].revents) hear_guest();
}

void VsockHost::accept_clients() {
  while (all_.size() < kMaxConnections) {
    const int file = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (file < 0) return;
    all_.push_back(std::make_unique<Connection>());
    all_.back()->file = file;
  }
}

/// "CONNECT port" and a line break; what follows is the guest's, so it is taken byte by byte.
void VsockHost::read_line(Connection& its) {
  for (;;) {
    char next;
    const auto got = recv(its.file, &next, 1, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0 || its.line.size() == kMaxLine) return end(its, false);
    if (next == '\n') break;
    its.line += next;
  }
  constexpr std::string_view kWord = "CONNECT ";
  const char* const last = its.line.data() + its.line.size();
  const char* const first = its.line.data() + std::min(kWord.size(), its.line.size());
  const auto [rest, error] = std::from_chars(first, last, its.guest_port);
  if (!its.line.starts_with(kWord) || error != std::errc{} || rest != last) return end(its, false);
  do its.host_port = next_port_++ | 1u << 30;
  while (find(its.guest_port, its.host_port));
  its.stage = Stage::calling;
  its.owed |= kRequest;
}

/// The guest has agreed.
void VsockHost::answer_client(Connection& its) {
  const std::string text = "OK " + std::to_string(its.host_port) + "\n";
  its.stage = Stage::connected;
  if (::send(its.file, text.data(), text.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(text.size())) end(its, true);
}

void VsockHost::read_client(Connection& its) {
  std::uint8_t bytes[virtio::kVsockData];
  const auto got = recv(its.file, bytes, std::min<std::size_t>(sizeof bytes, its.credit()), 0);
  if (got > 0) {
    Header packet = header(its, Operation::data);
    packet.length = static_cast<std::uint32_t>(got);
    its.sent += packet.length;
    (void)send(packet, {bytes, static_cast<std::size_t>(got)});  // kept where there is no room
  } else if (got == 0) {
    its.host_ended = true;
    its.owed |= kShutdown;
  } else if (errno != EAGAIN && errno != EINTR) {
    end(its, true);
  }
}

void VsockHost::write_client(Connection& its) {
  const auto put = its.waiting.empty() ? 0 : ::send(its.file, its.waiting.data(), its.waiting.size(), MSG_NOSIGNAL);
  if (put < 0 && errno != EAGAIN && errno != EINTR) {
    its.waiting.clear();
    return end(its, its.stage == Stage::connected);
  }
  if (put > 0) its.waiting.erase(0, static_cast<std::size_t>(put));
  if (its.stage == Stage::connected && its.passed() - its.told >= kWindow / 2) its.owed |= kCredit;
  if (!its.waiting.empty()) return;
  if (its.stage == Stage::ending) return end(its, false);
  if (its.guest_sends_no_more) shutdown(its.file, SHUT_WR);
}

/// @param tell the guest doesn't know it yet
void VsockHost::end(Connection& its, bool tell) {
  its.stage = its.waiting.empty() ? Stage::over : Stage::ending;
  its.owed = tell ? kReset : 0;
  if (its.stage == Stage::over && its.file >= 0) {
    close(its.file);
    its.file = -1;
  }
}

}  // namespace wick::monitor
