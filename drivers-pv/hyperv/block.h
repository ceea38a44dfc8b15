// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Disks of Hyper-V's (storvsc): an adapter of SCSI, whose disks are the units of target 0, or a disk of its own where
// the machine has them as IDE's. The data stays where it is; pages of it are named in each packet.

#include "class/scsi_disks.h"
#include "class/scsi_pending.h"
#include "hyperv/channel.h"
#include "hyperv/storvsc.h"

namespace wick::drivers::hyperv {

class DiskAdapter final : public ScsiAdapter {
 public:
  constexpr DiskAdapter() = default;

  static constexpr unsigned kMaxDevices = 4;

  /// The private memory of one adapter.
  struct Tables {
    ScsiDisks disks;
  };

  static std::uint64_t dma_bytes(std::uint32_t ring_size);
  [[gnu::cold]] Status start(const Access& access, Tables& tables, const char*& trouble);
  void present(Instance& instance) { disks_->present(instance); }

  /// `target` is a unit. @return bad_argument for more than 256 KiB
  Status submit(const ScsiCommand& command, void* token) override;
  void kick() override {
    if (!broken_) channel_.kick();
  }
  bool collect(ScsiAnswer& answer) override;
  bool arm() override;
  bool broken() const override { return broken_; }

 private:
  [[gnu::cold]] bool connect();
  [[gnu::cold]] bool ask(StorOperation operation, std::uint16_t version = 0);
  [[gnu::cold]] void give_up();

  Channel channel_;
  Facts facts_{};
  ScsiDisks* disks_ = nullptr;
  PendingCommands pending_;  ///< a transaction's number is its place plus one
  bool broken_ = false;
};

}  // namespace wick::drivers::hyperv
