// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// An NVMe disk (NVM Express 1.4): the first namespace of a controller as a block device whose name is the controller's
// serial number.

#include "class/driver.h"
#include "devices/nvme/controller.h"

namespace wick::hv::nvme {

inline constexpr std::uint32_t kMaxEntries = 64;

/// Any maker's: mass storage, of non-volatile memory, NVM Express.
inline constexpr Match kMatches[] = {{.bus = Bus::pci, .class_code = 0x010802}};

class Device final : public Block {
 public:
  constexpr Device() = default;

  static constexpr unsigned kMaxDevices = 4;

  /// The private memory of one device.
  struct Tables {
    BlockRequest* requests[kMaxEntries];  ///< by slot, which is the command's identifier
    std::uint16_t free[kMaxEntries];      ///< slots, the first `free_count_` are free
  };

  static std::uint64_t dma_bytes(std::uint32_t ring_size);
  Status start(const Access& access, Tables& tables, const char*& trouble);

  BlockInfo info() const override;
  Status submit(BlockRequest& request) override;
  void flush_queue() override { queue_.ring(); }
  unsigned poll(void (*done)(BlockRequest&)) override;
  bool arm() override;

 private:
  struct alignas(256) Area;
  Status check(const BlockRequest& request) const;
  void describe(Command& command, Area& area, const BlockRequest& request) const;
  void finish(std::uint16_t slot, Status status, void (*done)(BlockRequest&));
  unsigned give_up(void (*done)(BlockRequest&));

  Controller controller_;
  QueuePair queue_;
  Area* areas_ = nullptr;  ///< DMA memory, one a slot
  Tables* tables_ = nullptr;
  std::uint32_t free_count_ = 0, slots_ = 0;
  EventMask events_{};
  bool broken_ = false, stopped_ = false;
};

}  // namespace wick::hv::nvme
