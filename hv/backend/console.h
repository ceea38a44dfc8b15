// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// virtio-console towards the guest (virtio 1.2 §5.3), port 0, any console below.

#include "backend/page_device.h"
#include "class/console.h"

namespace wick::hv {

class ConsoleBackend final : public PageDevice {
 public:
  DeviceEntry start(drivers::Console& device, DevicePage& page, unsigned index);

  bool notified(unsigned) override { return serve(); }
  bool serve() override;
  EventMask events() const override { return device_->events(); }
  void abandon() override { written_ = 0, told_end_ = false; }
  void drain() override { told_end_ = false; }  // bytes are copied: nothing of the guest's is under way

 private:
  bool send();
  void receive();
  bool says_end();

  drivers::Console* device_ = nullptr;
  std::uint32_t written_ = 0;  ///< bytes of the next chain that are out already
  bool told_end_ = false;      ///< this guest knows that input has ended
};

}  // namespace wick::hv
