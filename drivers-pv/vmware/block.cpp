// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "vmware/block.h"

#include "class/probe.h"
#include "class/shared.h"

namespace wick::drivers::vmware {
namespace {

/// VMware's numbers of PCI: vendor and adapter.
constexpr Match kMatches[] = {{.bus = Bus::pci, .identity = 0x07c015ad}};

/// Those that every version of the adapter has.
constexpr std::uint16_t kTargets = 16;

std::uint64_t page_of(const void* memory) { return raw(device_address(memory)) / kAdapterPage; }

}  // namespace

std::uint64_t DiskAdapter::dma_bytes(std::uint32_t) { return dma_share(sizeof(Shared), kAdapterPage); }

Status DiskAdapter::start(const Access& access, Tables& tables, const char*& trouble) {
  registers_ = NamedRegisters<AdapterRegister>(access.device.windows[0]);
  if (!registers_.covers(0, kAdapterBytes) || access.device.event_count == 0)
    return explain(trouble, Status::bad_argument, "the disk adapter shows too few registers or has no interrupt");
  shared_ = static_cast<Shared*>(access.pool.take(sizeof(Shared), kAdapterPage));
  if (!shared_) return explain(trouble, Status::no_memory, "the DMA pool is too small for the disk adapter");
  set_up_rings();
  disks_ = &tables.disks;
  if (!ok(disks_->find(*this, kTargets, shared_->disks, event_bit(access.device.events[0]))))
    return explain(trouble, Status::not_found, "there is no disk on the adapter");
  registers_.write(AdapterRegister::interrupt_mask, kCompletedInterrupts);
  return Status::ok;
}

void DiskAdapter::set_up_rings() {
  registers_.write(AdapterRegister::command, static_cast<std::uint32_t>(AdapterCommand::reset));
  RingSetup setup{};
  setup.request_pages = setup.completion_pages = 1;
  setup.state = page_of(&shared_->state);
  setup.requests[0] = page_of(shared_->requests);
  setup.completions[0] = page_of(shared_->completions);
  std::uint32_t words[sizeof setup / sizeof(std::uint32_t)];
  __builtin_memcpy(words, &setup, sizeof words);
  registers_.write(AdapterRegister::command, static_cast<std::uint32_t>(AdapterCommand::set_up_rings));
  for (const std::uint32_t word : words) registers_.write(AdapterRegister::command_data, word);
}

Status DiskAdapter::submit(const ScsiCommand& command, void* token) {
  if (broken_) return Status::io_error;
  if (pending_.full() || put_ - load(shared_->state.request_taken) >= kAdapterRequests) return Status::would_block;
  const unsigned place = pending_.add(token);
  AdapterRequest request{};
  request.context = place + 1;  // 0 is none
  request.data = command.length ? raw(device_address(command.data)) : 0;
  request.data_length = command.length;
  request.sense = raw(device_address(shared_->sense[place]));
  request.sense_length = kSenseBytes;
  request.flags = !command.length ? kNoData : command.writes ? kToDevice : kToHost;
  __builtin_memcpy(request.cdb, command.cdb.data(), sizeof request.cdb);
  request.cdb_length = scsi::length_of(command.cdb);
  request.tag = kSimpleTag;
  request.target = static_cast<std::uint8_t>(command.target);
  shared_->requests[put_ % kAdapterRequests] = request;
  other_ = other_ || !scsi::is_transfer(command.cdb);
  store_release(shared_->state.request_put, ++put_);
  return Status::ok;
}

void DiskAdapter::kick() {
  if (broken_ || kicked_ == put_) return;
  kicked_ = put_;
  registers_.write(other_ ? AdapterRegister::kick_other : AdapterRegister::kick_transfer, 0);
  other_ = false;
}

bool DiskAdapter::ready() const { return load_acquire(shared_->state.completion_put) != taken_; }

// A device that names a request which it hasn't got is stopped, and what was under way has failed.
bool DiskAdapter::collect(ScsiAnswer& answer) {
  if (!broken_ && ready()) {
    const AdapterCompletion& done = shared_->completions[taken_ % kAdapterCompletions];
    const std::uint64_t place = load(done.context) - 1;
    const std::uint16_t host = load(done.host_status), target = load(done.target_status);
    store_release(shared_->state.completion_taken, ++taken_);
    if (pending_.has(place)) {
      answer = {pending_.take(place), host == kHostGood || host == kHostUnderrun, static_cast<std::uint8_t>(target),
                scsi::sense_key(shared_->sense[place])};
      return true;
    }
    give_up();
  }
  return broken_ && pending_.fail_one(answer);
}

void DiskAdapter::give_up() {
  broken_ = true;
  registers_.write(AdapterRegister::command, static_cast<std::uint32_t>(AdapterCommand::reset));
}

bool DiskAdapter::arm() {
  if (broken_) return pending_.none();
  registers_.write(AdapterRegister::interrupt_status, kCompletedInterrupts);
  return !ready();
}

namespace {

WICK_REGISTERED("drivers")
constexpr Driver driver = {"vmware/block", DeviceKind::block, kMatches, DiskAdapter::dma_bytes, probe<DiskAdapter>};

}  // namespace

}  // namespace wick::drivers::vmware
