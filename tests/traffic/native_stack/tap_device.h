// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A Linux tap as a drivers::Network, so that the stack and an application on it run as a process on the host, under
// the sanitizers and against real clients. Offers the same offloads as a virtio network device behind a tap.

#include <vector>

#include "class/network.h"

namespace wick::native_stack {

class TapDevice final : public drivers::Network {
 public:
  /// @return false when the tap can't be opened
  bool open(const char* name, bool offloads);
  int descriptor() const { return descriptor_; }

  drivers::NetworkInfo info() const override;
  Status transmit(std::span<const drivers::TransmitSegment> segments, const drivers::TransmitHints& hints,
                  void* token) override;
  void flush() override {}
  unsigned poll(Receiver& receiver, unsigned budget) override;
  void release(drivers::ReceiveBuffer* buffer) override;
  bool arm() override { return true; }

 private:
  static constexpr unsigned kBuffers = 128, kBufferBytes = 70000;
  int descriptor_ = -1;
  bool offloads_ = false;
  std::vector<drivers::ReceiveBuffer> buffers_;
  std::vector<std::vector<std::uint8_t>> memory_;
  std::vector<drivers::ReceiveBuffer*> free_;
  std::vector<void*> sent_;
};

}  // namespace wick::native_stack
