// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "vmware/block.h"

#include "class/probe.h"

namespace wick::drivers::vmware {
namespace {

/// VMware's numbers of PCI: vendor and adapter.
constexpr Match kMatches[] = {{.bus = Bus::pci, .identity = 0x07c015ad}};

/// Those that every version of the adapter has.
constexpr std::uint16_t kTargets = 16;

}  // namespace

std::uint64_t DiskAdapter::dma_bytes(std::uint32_t) {
  return Commands::dma_bytes() + dma_share(sizeof(ScsiDisks::Shared), alignof(ScsiDisk::Shared));
}

Status DiskAdapter::start(const Access& access, Tables& tables, const char*& trouble) {
  registers_ = NamedRegisters<AdapterRegister>(access.device.windows[0]);
  // A message comes with every lot of completions by itself; a line would have to be made fall.
  if (!registers_.covers(0, kAdapterBytes) || access.device.event_count == 0 || access.device.by_line)
    return explain(trouble, Status::bad_argument, "the disk adapter shows too few registers or sends no messages");
  auto* shared = access.pool.take(sizeof(ScsiDisks::Shared), alignof(ScsiDisk::Shared));
  if (!commands_.place(access.pool) || !shared)
    return explain(trouble, Status::no_memory, "the DMA pool is too small for the disk adapter");
  set_up_rings();
  disks_ = &tables.disks;
  if (!ok(disks_->find(*this, kTargets, *static_cast<ScsiDisks::Shared*>(shared), event_bit(access.device.events[0]))))
    return explain(trouble, Status::not_found, "there is no disk on the adapter");
  registers_.write(AdapterRegister::interrupt_mask, kCompletedInterrupts);
  return Status::ok;
}

void DiskAdapter::set_up_rings() {
  registers_.write(AdapterRegister::command, static_cast<std::uint32_t>(AdapterCommand::reset));
  const RingSetup setup = commands_.describe();
  std::uint32_t words[sizeof setup / sizeof(std::uint32_t)];
  __builtin_memcpy(words, &setup, sizeof words);
  registers_.write(AdapterRegister::command, static_cast<std::uint32_t>(AdapterCommand::set_up_rings));
  for (const std::uint32_t word : words) registers_.write(AdapterRegister::command_data, word);
}

Status DiskAdapter::submit(const ScsiCommand& command, void* token) {
  const Status status = commands_.put(command, token);
  if (ok(status) && !scsi::is_transfer(command.cdb)) other_ = true;
  return status;
}

void DiskAdapter::kick() {
  if (commands_.broken() || kicked_ == commands_.count()) return;
  kicked_ = commands_.count();
  registers_.write(other_ ? AdapterRegister::kick_other : AdapterRegister::kick_transfer, 0);
  other_ = false;
}

// A device that names a command which it hasn't got is stopped before what was under way has failed.
bool DiskAdapter::collect(ScsiAnswer& answer) {
  if (commands_.ready()) {
    if (commands_.take(answer)) return true;
    registers_.write(AdapterRegister::command, static_cast<std::uint32_t>(AdapterCommand::reset));
  }
  return commands_.broken() && commands_.abandon(answer);
}

bool DiskAdapter::arm() { return commands_.broken() ? commands_.none() : !commands_.ready(); }

namespace {

WICK_REGISTERED("drivers")
constexpr Driver driver = {"vmware/block", DeviceKind::block, kMatches, DiskAdapter::dma_bytes, probe<DiskAdapter>};

}  // namespace

}  // namespace wick::drivers::vmware
