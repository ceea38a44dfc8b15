// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// virtio-console towards the guest (virtio 1.2 §5.3), port 0, any console below.

#include "backend/page_device.h"
#include "class/console.h"

namespace wick::hv {

class ConsoleBackend final : public PageDevice {
 public:
  constexpr ConsoleBackend() = default;

  DeviceEntry start(drivers::Console& device, DevicePage& page, unsigned index, unsigned event);

  bool notified(unsigned) override { return serve(); }
  bool serve() override;
  EventMask events() const override { return device_->events(); }
  void abandon() override { written_ = 0; }
  void drain() override {}  // bytes are copied: nothing of the guest's is under way

 private:
  bool send();
  void receive();

  drivers::Console* device_ = nullptr;
  std::uint32_t written_ = 0;  ///< bytes of the next chain that are out already
};

}  // namespace wick::hv
