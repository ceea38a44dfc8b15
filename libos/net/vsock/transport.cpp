// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "net/vsock/transport.h"

#include <linux/vm_sockets.h>
#include <poll.h>

#include <cstdlib>
#include <new>

#include "boot/devices.h"
#include "boot/end.h"
#include "boot/init.h"
#include "entropy/entropy.h"
#include "net/sockets/families.h"
#include "sched/lock.h"
#include "time/clock.h"
#include "trace/log.h"

namespace wick::net {

using virtio::VsockHeader;
using virtio::VsockOperation;

namespace {

constexpr std::size_t kStack = 16 * 1024;
constexpr unsigned kBudget = 64;  ///< packets a turn
constexpr unsigned kTurnsBetweenYields = 16;
constexpr std::uint32_t kFirstPort = 1024;  ///< of those that are given to who asks for none
constexpr Nanoseconds kEnd = time::milliseconds(5000);

constinit VsockTransport transport;

struct DeviceEvents : sched::EventHandler {
  constexpr DeviceEvents() : EventHandler(EventMask{0}, [](EventHandler&, EventMask) { transport.wake(); }) {}
};
constinit DeviceEvents device_events;
constinit boot::End end{[] { transport.finish(); }};

}  // namespace

VsockTransport& vsock_transport() { return transport; }

int make_vsock_socket(int type, int protocol, Socket*& made) {
  if (type != SOCK_STREAM) return -ESOCKTNOSUPPORT;
  if (protocol != 0 && protocol != PF_VSOCK) return -EPROTONOSUPPORT;
  void* const room = std::malloc(sizeof(VsockSocket));
  if (!room) return -ENOMEM;
  made = new (room) VsockSocket;
  return 0;
}

Status VsockTransport::start() {
  device_ = devices::vsock();
  if (!device_) return Status::not_found;  // devices.cpp has said so
  cid_ = static_cast<std::uint32_t>(device_->cid());
  std::uint32_t random = 0;
  (void)entropy::gather({reinterpret_cast<std::uint8_t*>(&random), sizeof random});
  next_port_ = kFirstPort + (random & 0x3fff'ffff);
  device_events.mask = device_->events();
  device_events.attach();
  boot::at_end(end);
  return sched::spawn("vsock", [](void* its) { static_cast<VsockTransport*>(its)->run(); }, this, kStack).status;
}

void VsockTransport::add(VsockSocket& socket) {
  socket.next_ = first_;
  first_ = &socket;
}

void VsockTransport::remove(VsockSocket& socket) {
  VsockSocket** place = &first_;
  while (*place != &socket) place = &(*place)->next_;
  *place = socket.next_;
  std::free(socket.buffer_);
  socket.~VsockSocket();
  std::free(&socket);
}

/// @param peer of a connection; nullptr: whoever has the port and no peer
VsockSocket* VsockTransport::find(std::uint32_t port, const VsockAddress* peer) {
  using Stage = VsockSocket::Stage;
  for (VsockSocket* socket = first_; socket; socket = socket->next_) {
    if (!socket->bound_ || socket->own_.port != port || socket->stage_ == Stage::over) continue;
    const bool connects = socket->stage_ == Stage::connecting || socket->stage_ == Stage::connected;
    if (peer ? connects && socket->peer_ == *peer : !connects) return socket;
  }
  return nullptr;
}

std::uint32_t VsockTransport::free_port() {
  for (;;) {
    const std::uint32_t port = next_port_++;
    if (next_port_ == VMADDR_PORT_ANY) next_port_ = kFirstPort;
    bool taken = port < kFirstPort;
    for (const VsockSocket* socket = first_; socket && !taken; socket = socket->next_)
      taken = socket->bound_ && socket->own_.port == port;
    if (!taken) return port;
  }
}

void VsockTransport::refuse(const VsockHeader& header) {
  if (header.operation == VsockOperation::reset) return;
  VsockHeader answer{};
  answer.from_cid = header.to_cid;
  answer.to_cid = header.from_cid;
  answer.from_port = header.to_port;
  answer.to_port = header.from_port;
  answer.type = header.type;
  answer.operation = VsockOperation::reset;
  (void)send(answer);
}

void VsockTransport::arrived(const VsockHeader& header, std::span<const std::uint8_t> data) {
  const VsockAddress peer{static_cast<std::uint32_t>(header.from_cid), header.from_port};
  if (header.to_cid != cid_ || header.from_cid > UINT32_MAX) return;
  if (header.type != virtio::kVsockStream) return refuse(header);
  if (VsockSocket* const socket = find(header.to_port, &peer)) return socket->take(header, data);
  VsockSocket* const listener = find(header.to_port, nullptr);
  if (header.operation != VsockOperation::request || !listener) return refuse(header);
  listener->take_request(header);
}

void VsockTransport::lost() {
  for (VsockSocket* socket = first_; socket; socket = socket->next_) socket->lose(ECONNRESET);
}

Nanoseconds VsockTransport::turn(unsigned& packets) {
  const Nanoseconds now = time::now();
  Nanoseconds next = kNever;
  for (VsockSocket* socket = first_; socket;) {
    VsockSocket* const following = socket->next_;
    if (socket->closed_ && raw(now) >= raw(socket->until_)) socket->end(0), socket->owe(VsockSocket::kReset);
    (void)socket->pay();
    if (socket->wants_room_ && has_room()) {
      socket->wants_room_ = false;
      socket->notify(POLLOUT);
    }
    if (socket->done())
      remove(*socket);
    else if (raw(socket->until_) < raw(next))
      next = socket->until_;
    socket = following;
  }
  // Each packet may ask for an answer, for which there must be room.
  const unsigned room = device_->room();
  packets = device_->poll(*this, room < kBudget ? room : kBudget);
  device_->flush();
  return next;
}

/// A thread of its own, as what comes has to be taken also when the program computes.
void VsockTransport::run() {
  const sched::Guard guard(sched::State::network);
  unsigned turns = 0;
  for (;;) {
    unsigned packets = 0;
    const Nanoseconds next = turn(packets);
    if (packets == 0 && device_->arm()) {
      (void)work_.wait_until(next);
      turns = 0;
    } else if (++turns % kTurnsBetweenYields == 0) {
      sched::yield();
    }
  }
}

void VsockTransport::finish() {
  for (VsockSocket* socket = first_; socket; socket = socket->next_)
    if (socket->stage_ == VsockSocket::Stage::connected) (void)socket->shutdown(SHUT_RDWR);
  const Nanoseconds until = time::deadline(kEnd);
  for (;;) {
    unsigned packets = 0;
    (void)turn(packets);
    bool owes = false;
    for (const VsockSocket* socket = first_; socket; socket = socket->next_) owes = owes || socket->owed_;
    if ((!owes && device_->idle()) || device_->broken()) return;
    if (raw(time::now()) >= raw(until)) break;
    if (packets == 0 && device_->arm()) sched::idle_until(until);
  }
  log::write(log::Level::warning, "vsock: the program ended and what it has sent has not gone out in 5 s");
}

namespace {

Status start() { return transport.start(); }
WICK_INIT_STEP(49, "vsock", start);

}  // namespace

}  // namespace wick::net
