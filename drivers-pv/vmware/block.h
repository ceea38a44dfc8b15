// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// VMware's PVSCSI adapter with the disks on it. Tried with QEMU's.

#include "class/registers.h"
#include "class/scsi_disks.h"
#include "class/scsi_pending.h"
#include "vmware/pvscsi.h"

namespace wick::drivers::vmware {

class DiskAdapter final : public ScsiAdapter {
 public:
  constexpr DiskAdapter() = default;

  static constexpr unsigned kMaxDevices = 2;

  /// The private memory of one adapter.
  struct Tables {
    ScsiDisks disks;
  };

  static std::uint64_t dma_bytes(std::uint32_t ring_size);
  Status start(const Access& access, Tables& tables, const char*& trouble);
  void present(Instance& instance) { disks_->present(instance); }

  Status submit(const ScsiCommand& command, void* token) override;
  void kick() override;
  bool collect(ScsiAnswer& answer) override;
  bool arm() override;
  bool broken() const override { return broken_; }

 private:
  static constexpr std::uint32_t kSenseBytes = 32;
  /// What the device reads and writes, whole pages first.
  struct alignas(kAdapterPage) Shared {
    AdapterRequest requests[kAdapterRequests];
    AdapterCompletion completions[kAdapterCompletions];
    alignas(kAdapterPage) RingState state;
    std::uint8_t sense[kAdapterRequests][kSenseBytes];
    ScsiDisks::Shared disks;
  };

  void set_up_rings();
  void give_up();
  bool ready() const;

  NamedRegisters<AdapterRegister> registers_;
  Shared* shared_ = nullptr;
  ScsiDisks* disks_ = nullptr;
  std::uint32_t put_ = 0, kicked_ = 0, taken_ = 0;
  PendingCommands pending_;  ///< a request's context is its place plus one
  bool other_ = false;       ///< a command is under way to the device that is neither read nor write
  bool broken_ = false;
};
static_assert(kAdapterRequests == PendingCommands::kMost);

}  // namespace wick::drivers::vmware
