// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See host.h: packets from and to the guest.

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "monitor/vsock/host.h"
#include "monitor/vsock/process.h"

namespace wick::monitor {
namespace {

constexpr unsigned kBudget = 64;  ///< packets before others get a turn

}  // namespace

VsockHost::Header VsockHost::header(Connection& its, Operation operation, std::uint32_t flags) {
  Header made{};
  made.from_cid = virtio::kHostCid;
  made.to_cid = kGuestCid;
  made.from_port = its.host_port;
  made.to_port = its.guest_port;
  made.type = virtio::kVsockStream;
  made.operation = operation;
  made.flags = flags;
  made.room = kWindow;
  made.passed = its.told = its.passed();
  return made;
}

/// @return false: it is kept, and nothing more has room
bool VsockHost::send(const Header& header, std::span<const std::uint8_t> data) {
  std::uint8_t packet[virtio::kVsockPacket];
  std::memcpy(packet, &header, sizeof header);
  if (!data.empty()) std::memcpy(packet + sizeof header, data.data(), data.size());
  const std::size_t bytes = sizeof header + data.size();
  if (::send(packets_, packet, bytes, MSG_NOSIGNAL) == static_cast<ssize_t>(bytes)) return true;
  if (errno != EAGAIN && errno != EINTR && errno != ENOBUFS) {
    ending_ = true;
    return true;
  }
  pending_.assign(packet, packet + bytes);
  return false;
}

/// Sends what is owed, as far as there is room: each packet says all that its connection has taken so far.
void VsockHost::pay() {
  if (ending_) {
    pending_.clear();
    resets_.clear();
    for (const auto& its : all_) its->owed = 0;
    return;
  }
  if (!pending_.empty()) {
    if (::send(packets_, pending_.data(), pending_.size(), MSG_NOSIGNAL) < 0 && (errno == EAGAIN || errno == EINTR))
      return;
    pending_.clear();
  }
  for (; !resets_.empty() && pending_.empty(); resets_.pop_front()) (void)send(resets_.front());
  constexpr struct {
    Owed what;
    Operation operation;
  } kAll[] = {{kRequest, Operation::request},
              {kResponse, Operation::response},
              {kCredit, Operation::credit_update},
              {kShutdown, Operation::shutdown},
              {kReset, Operation::reset}};
  for (const auto& its : all_) {
    for (const auto& [what, operation] : kAll) {
      if (!(its->owed & what)) continue;
      if (!pending_.empty()) return;
      its->owed &= static_cast<std::uint8_t>(~what);
      (void)send(header(*its, operation, what == kShutdown ? virtio::kVsockSendsNoMore : 0));
    }
  }
}

void VsockHost::hear_guest() {
  for (unsigned i = 0; i < kBudget && !full(); ++i) {
    std::uint8_t packet[virtio::kVsockPacket];
    const auto got = recv(packets_, packet, sizeof packet, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) {
      ending_ = true;
      return take_word(0);
    }
    Header header;
    if (static_cast<std::size_t>(got) < sizeof header) continue;
    std::memcpy(&header, packet, sizeof header);
    const auto bytes = static_cast<std::size_t>(got) - sizeof header;
    if (header.operation == Operation::invalid) {
      take_word(header.flags);
    } else if (header.length != bytes || header.from_cid != kGuestCid || header.to_cid != virtio::kHostCid ||
               header.type != virtio::kVsockStream) {
      refuse(header);
    } else {
      take(header, {packet + sizeof header, bytes});
    }
  }
}

/// From whoever runs the guest: its connections are gone. What it has sent by them is still passed on.
void VsockHost::take_word(std::uint32_t flags) {
  ending_ = ending_ || flags == kEndOfGuest;
  for (const auto& its : all_)
    if (its->stage != Stage::asking || ending_) end(*its, false);
}

VsockHost::Connection* VsockHost::find(std::uint32_t guest_port, std::uint32_t host_port) {
  const auto found = std::ranges::find_if(all_, [&](const auto& its) {
    return (its->stage == Stage::calling || its->stage == Stage::connected) && its->guest_port == guest_port &&
           its->host_port == host_port;
  });
  return found == all_.end() ? nullptr : found->get();
}

void VsockHost::refuse(const Header& header) {
  if (header.operation == Operation::reset) return;
  Header answer{};
  answer.from_cid = header.to_cid;
  answer.to_cid = header.from_cid;
  answer.from_port = header.to_port;
  answer.to_port = header.from_port;
  answer.type = header.type;
  answer.operation = Operation::reset;
  resets_.push_back(answer);
}

/// A port of the host's is a socket beside the one that clients use.
void VsockHost::take_request(const Header& header) {
  const auto name = unix_name(path_ + "_" + std::to_string(header.to_port));
  if (all_.size() >= kMaxConnections || !name) return refuse(header);
  const int file = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (file < 0) return refuse(header);
  if (connect(file, reinterpret_cast<const sockaddr*>(&*name), sizeof *name) != 0) {
    close(file);
    return refuse(header);
  }
  auto made = std::make_unique<Connection>();
  made->file = file;
  made->stage = Stage::connected;
  made->guest_port = header.from_port;
  made->host_port = header.to_port;
  made->guest_room = header.room;
  made->guest_passed = header.passed;
  made->owed = kResponse;
  all_.push_back(std::move(made));
}

void VsockHost::take(const Header& header, std::span<const std::uint8_t> data) {
  Connection* const its = find(header.from_port, header.to_port);
  if (!its) return header.operation == Operation::request ? take_request(header) : refuse(header);
  its->guest_room = header.room;
  its->guest_passed = header.passed;
  const bool calling = its->stage == Stage::calling;
  switch (header.operation) {
    case Operation::response:
      return calling ? answer_client(*its) : end(*its, true);
    case Operation::reset:
      return end(*its, false);
    case Operation::credit_update:
      return;
    case Operation::credit_request:
      its->owed |= kCredit;
      return;
    case Operation::shutdown:
      return calling ? end(*its, true) : take_shutdown(*its, header.flags);
    case Operation::data:
      if (calling || data.size() > kWindow - its->waiting.size()) return end(*its, true);
      its->waiting.append(reinterpret_cast<const char*>(data.data()), data.size());
      its->received += static_cast<std::uint32_t>(data.size());
      return write_client(*its);
    case Operation::invalid:
    case Operation::request:
      break;
  }
  end(*its, true);
}

/// When the guest does nothing more it is told that it is over (§5.10.6.5); the client gets what waits all the same.
void VsockHost::take_shutdown(Connection& its, std::uint32_t flags) {
  if (flags & virtio::kVsockSendsNoMore) its.guest_sends_no_more = true;
  if (flags & virtio::kVsockReceivesNoMore) {
    its.guest_receives_no_more = true;
    shutdown(its.file, SHUT_RD);
  }
  if (its.guest_sends_no_more && its.guest_receives_no_more) return end(its, true);
  if (its.guest_sends_no_more && its.waiting.empty()) shutdown(its.file, SHUT_WR);
}

}  // namespace wick::monitor
