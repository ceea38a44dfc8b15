// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// VMware's PVSCSI adapter with the disks on it. Tried with QEMU's.

#include "class/registers.h"
#include "class/scsi_disks.h"
#include "vmware/commands.h"

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
  bool broken() const override { return commands_.broken(); }

 private:
  void set_up_rings();

  NamedRegisters<AdapterRegister> registers_;
  Commands commands_;
  ScsiDisks* disks_ = nullptr;
  std::uint32_t kicked_ = 0;
  bool other_ = false;  ///< a command is under way to the device that is neither read nor write
};

}  // namespace wick::drivers::vmware
