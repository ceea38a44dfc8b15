// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "virtio_scsi/adapter.h"

#include "class/probe.h"

namespace wick::drivers::virtio {

using namespace wick::virtio;

/// What the device reads and writes besides the data.
struct alignas(64) ScsiDevice::Record {
  ScsiHeader header;
  ScsiResponse response;
};

namespace {

constexpr Match kMatches[] = {{.bus = Bus::virtio_mmio, .identity = kScsiDeviceId},
                              {.bus = Bus::virtio_pci, .identity = kScsiDeviceId}};

/// Each is asked what it is, one after the other.
constexpr std::uint16_t kMostTargets = 16;
constexpr std::uint8_t kUnset = 0xff;

}  // namespace

std::uint64_t ScsiDevice::dma_bytes(std::uint32_t ring_size) {
  const std::uint16_t entries = most_entries(ring_size, kEntries);
  return Ring::dma_bytes(entries) + dma_share(sizeof(Record) * entries, kCacheLine) +
         dma_share(sizeof(ScsiDisks::Shared), alignof(ScsiDisk::Shared));
}

Status ScsiDevice::start(const Access& access, Tables& tables, const char*& trouble, Transport* transport) {
  Status status = device_.open(access, transport, 0, trouble);
  if (!ok(status)) return status;
  status = place_queue(access, tables);
  if (!ok(status))
    return device_.fail(status, trouble, "the DMA pool is too small for the disk adapter",
                        "the disk adapter does not take its queue");
  device_.start();
  disks_ = &tables.disks;
  const std::uint16_t last = device_.configuration<std::uint16_t>(offsetof(ScsiConfiguration, last_target));
  const std::uint16_t targets = last < kMostTargets ? static_cast<std::uint16_t>(last + 1) : kMostTargets;
  if (ok(disks_->find(*this, targets, *shared_, device_.event(kScsiFirstRequestQueue)))) return Status::ok;
  device_.reset();
  return explain(trouble, Status::not_found, "there is no disk on the adapter");
}

Status ScsiDevice::place_queue(const Access& access, Tables& tables) {
  const QueueShape shape = device_.shape(access.pool, kScsiFirstRequestQueue, most_entries(access.ring_size, kEntries));
  if (shape.entries < 4) return Status::io_error;
  const Status status = queue_.place(access.pool, tables.slots, shape);
  if (!ok(status)) return status;
  records_ = static_cast<Record*>(access.pool.take_uncleared(sizeof(Record) * shape.entries, kCacheLine));
  shared_ = static_cast<ScsiDisks::Shared*>(access.pool.take(sizeof(ScsiDisks::Shared), alignof(ScsiDisk::Shared)));
  return records_ && shared_ ? device_.attach(kScsiFirstRequestQueue, queue_) : Status::no_memory;
}

Status ScsiDevice::submit(const ScsiCommand& command, void* token) {
  if (queue_.broken()) return Status::io_error;
  const std::uint16_t count = command.length ? 3 : 2;
  if (queue_.free() < count) return Status::would_block;
  Record& record = records_[queue_.next_head()];
  record.header = {};
  record.header.unit[0] = 1;
  record.header.unit[1] = static_cast<std::uint8_t>(command.target);
  record.header.unit[2] = 0x40;
  __builtin_memcpy(record.header.cdb, command.cdb.data(), command.cdb.size());
  record.response.answer = wick::virtio::ScsiAnswer{kUnset};
  Queue::Chain chain(queue_, count);
  chain.put(&record.header, sizeof record.header);
  if (command.length && command.writes) {
    chain.put(command.data, command.length);
    chain.excuse(command.length);  // QEMU 7.2 counts what it has read as well
  }
  chain.put_writable(&record.response, sizeof record.response);
  if (command.length && !command.writes) chain.put_writable(command.data, command.length);
  chain.offer(token);
  return Status::ok;
}

// A device that broke the rules is stopped, and what was under way has failed.
bool ScsiDevice::collect(drivers::ScsiAnswer& answer) {
  Finished finished;
  if (queue_.collect(finished)) {
    const ScsiResponse& response = records_[finished.head].response;
    const auto result = load(response.answer);
    const bool arrived = result == wick::virtio::ScsiAnswer::ok || result == wick::virtio::ScsiAnswer::overrun;
    answer = {finished.token, arrived, load(response.status), scsi::sense_key(response.sense)};
    return true;
  }
  if (!queue_.broken()) return false;
  if (!given_up_) device_.reset();
  given_up_ = true;
  answer = {nullptr, false, 0, scsi::Sense::none};
  return queue_.abandon(answer.token);
}

bool ScsiDevice::arm() {
  device_.acknowledge_interrupt();
  return queue_.arm();
}

namespace {

WICK_REGISTERED("drivers")
constexpr Driver driver = {"virtio_scsi/block", DeviceKind::block, kMatches, ScsiDevice::dma_bytes, probe<ScsiDevice>};

}  // namespace

}  // namespace wick::drivers::virtio
