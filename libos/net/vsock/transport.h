// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// All sockets of AF_VSOCK and the device that they share: which socket a packet is for, and a thread that takes packets
// from the device and sends what had no room. Within guards of State::network.

#include "net/vsock/vsock.h"

namespace wick::net {

class VsockTransport final : drivers::Vsock::Receiver {
 public:
  Status start();

  std::uint32_t cid() const { return cid_; }
  /// Whether the device takes data now; a few places are kept for other packets.
  bool has_room() { return device_->room() > kReserved; }
  /// @return false without room
  bool send(const virtio::VsockHeader& header, std::span<const std::uint8_t> data = {}) {
    return ok(device_->transmit(header, data));
  }
  void flush() { device_->flush(); }
  /// §5.10.6.4: nobody is there for the packet.
  void refuse(const virtio::VsockHeader& header);
  bool broken() const { return device_->broken(); }
  /// The thread is to look: something is owed, or is over.
  void wake() { work_.wake_one(); }

  void add(VsockSocket& socket);
  /// Gives it back.
  void remove(VsockSocket& socket);
  VsockSocket* find(std::uint32_t port, const VsockAddress* peer);
  /// A port that no socket has.
  std::uint32_t free_port();

  /// At the program's end: what was sent leaves before the machine does.
  void finish();

 private:
  static constexpr unsigned kReserved = 4;

  void arrived(const virtio::VsockHeader& header, std::span<const std::uint8_t> data) override;
  void lost() override;
  /// @return when there is something to do again though nothing has come
  Nanoseconds turn(unsigned& packets);
  void run();

  drivers::Vsock* device_ = nullptr;
  std::uint32_t cid_ = 0, next_port_ = 0;
  VsockSocket* first_ = nullptr;
  sched::WaitQueue work_;
};

VsockTransport& vsock_transport();

}  // namespace wick::net
