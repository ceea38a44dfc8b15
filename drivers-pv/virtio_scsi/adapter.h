// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// virtio-scsi (virtio 1.2 §5.6) with the disks on it, as Google's cloud has them: the first of its queues for commands.

#include "abi/virtio/scsi.h"
#include "class/scsi_disks.h"
#include "virtio/device.h"

namespace wick::drivers::virtio {

class ScsiDevice final : public ScsiAdapter {
 public:
  constexpr ScsiDevice() = default;

  /// Entries of the queue: each command takes three at most, so 42 are under way at the same time.
  static constexpr std::uint16_t kEntries = 128;
  static constexpr unsigned kMaxDevices = 2;

  /// The private memory of one device.
  struct Tables {
    Slot slots[kEntries];
    ScsiDisks disks;
  };

  static std::uint64_t dma_bytes(std::uint32_t ring_size);
  /// @param transport nullptr: the one that the device entry names
  Status start(const Access& access, Tables& tables, const char*& trouble, Transport* transport = nullptr);
  void present(Instance& instance) { disks_->present(instance); }

  Status submit(const ScsiCommand& command, void* token) override;
  void kick() override { queue_.kick(); }
  bool collect(drivers::ScsiAnswer& answer) override;
  bool arm() override;
  bool broken() const override { return queue_.broken(); }

 private:
  struct Record;
  Status place_queue(const Access& access, Tables& tables);

  Queue queue_;
  Record* records_ = nullptr;  ///< one for each possible head
  ScsiDisks::Shared* shared_ = nullptr;
  ScsiDisks* disks_ = nullptr;
  bool given_up_ = false;
  Device device_;
};

}  // namespace wick::drivers::virtio
