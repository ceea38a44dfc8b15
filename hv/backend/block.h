// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// virtio-blk towards the guest (virtio 1.2 §5.2), any disk below. Data moves between disk and guest memory directly.

#include "abi/virtio/block.h"
#include "backend/page_device.h"
#include "class/block.h"

namespace wick::hv {

class BlockBackend final : public PageDevice {
 public:
  DeviceEntry start(drivers::Block& device, DevicePage& page, unsigned index);

  bool notified(unsigned) override { return take_requests(); }
  bool serve() override;
  void look_again() override;
  EventMask events() const override { return info_.events; }
  void abandon() override;
  void drain() override;

 private:
  struct Request : drivers::BlockRequest {
    bool busy;
    std::uint32_t generation;
    std::uint16_t head;
    std::uint32_t written;
    std::uint8_t* answer;
  };

  static void done(drivers::BlockRequest& request);
  bool take_requests();
  bool submit();
  bool answer(virtio::BlockAnswer answer, std::uint32_t written = 0);

  drivers::Block* device_ = nullptr;
  drivers::BlockInfo info_{};
  std::uint32_t generation_ = 0;
  std::uint32_t in_flight_ = 0;
  Request requests_[64] = {};
};

}  // namespace wick::hv
