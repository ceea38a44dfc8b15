// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// virtio-vsock towards the guest (virtio 1.2 §5.10): packets go as they are between its rings and the process that has
// the host's sockets (monitor/vsock), a message each. Neither looks into the other's memory, and this one into no
// packet.

#include "abi/virtio/vsock.h"
#include "backend/page_device.h"

namespace wick::monitor {

class VsockBackend final : public hv::PageDevice {
 public:
  /// @param file of start_vsock(); the class's device
  DeviceEntry start(int& file, DevicePage& page, unsigned index);

  /// What to wait for: the other side took no more, or the guest has room for what it brings.
  bool blocked() const { return blocked_; }
  bool wants_to_read() const { return wants_to_read_; }
  /// The other side is gone: the guest is told that all connections are.
  void lose();
  /// The guest is over: the other side ends once it has passed on what it has. @return whether there is one
  bool say_end();

  bool notified(unsigned) override { return serve(); }
  bool serve() override;
  EventMask events() const override { return EventMask{0}; }
  void abandon() override;
  void drain() override {}

 private:
  bool transmit();
  bool receive();
  bool say(std::uint32_t flags);
  void tell_reset();

  int file_ = -1;
  bool blocked_ = false, wants_to_read_ = true;
  bool owes_reset_ = false;  ///< the guest's connections are gone, and it doesn't know
  std::uint8_t packet_[virtio::kVsockPacket];
};

}  // namespace wick::monitor
