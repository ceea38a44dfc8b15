// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// virtio-net towards the guest (virtio 1.2 §5.1), any network device below. Frames go out from where they lie in the
// guest's memory; the other way costs one copy, out of buffers that the hardware may write and the guest can't see.

#include "backend/page_device.h"
#include "class/network.h"

namespace wick::hv {

class NetworkBackend final : public PageDevice, drivers::Network::Receiver {
 public:
  DeviceEntry start(drivers::Network& device, DevicePage& page, unsigned index);

  bool notified(unsigned queue) override;
  bool serve() override;
  EventMask events() const override { return info_.events; }
  void abandon() override;
  void drain() override;

 private:
  void received(drivers::ReceiveBuffer* frame) override;
  void transmitted(void* token) override;
  void link_returned() override;
  bool transmit();
  bool deliver(const drivers::ReceiveBuffer& frame);
  bool send(const Chain& chain);

  drivers::Network* device_ = nullptr;
  drivers::NetworkInfo info_{};
  std::uint32_t generation_ = 0;  ///< of the guest: what an earlier one sent is nobody's any more
  std::uint32_t in_flight_ = 0;
  // In hand, and costly on a stack, since hardened builds clear each local array: the pieces of a frame on its way out,
  // and the guest's buffers that one goes into.
  drivers::TransmitSegment pieces_[kMaxSegments];
  struct {
    std::uint16_t head;
    std::uint32_t bytes;
  } filled_[kMaxSegments];
};

}  // namespace wick::hv
