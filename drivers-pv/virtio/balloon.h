// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// virtio-balloon (virtio 1.2 §5.5), as far as it takes memory that the guest has no use for just now: free page
// reporting (§5.5.6.7). Its other queues stay empty.

#include "class/balloon.h"
#include "virtio/device.h"

namespace wick::drivers::virtio {

/// §5.5.3
inline constexpr std::uint64_t kBalloonStatistics = wick::virtio::feature(1);
inline constexpr std::uint64_t kBalloonHints = wick::virtio::feature(3);
inline constexpr std::uint64_t kBalloonReporting = wick::virtio::feature(5);

class BalloonDevice final : public Balloon {
 public:
  constexpr BalloonDevice() = default;

  static constexpr std::uint16_t kEntries = 2;
  static constexpr unsigned kMaxDevices = 1;

  /// The private memory of one device.
  struct Tables {
    Slot slots[kEntries];
  };

  static std::uint64_t dma_bytes(std::uint32_t) { return Ring::dma_bytes(kEntries); }
  /// @param transport nullptr: the one that the device entry names
  Status start(const Access& access, Tables& tables, const char*& trouble, Transport* transport = nullptr);

  Status offer(Gpa start, std::uint64_t bytes) override;
  Status collect() override;
  bool end() override;

 private:
  Queue queue_;
  bool ended_ = false;
  Device device_{false};
};

}  // namespace wick::drivers::virtio
