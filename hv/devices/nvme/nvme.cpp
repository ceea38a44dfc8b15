// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "devices/nvme/nvme.h"

#include "class/probe.h"

namespace wick::hv::nvme {
namespace {

constexpr unsigned kListEntries = kMaxTransfer / kPage;
constexpr std::uint64_t kAddressUnit = 4;  // §4.3: PRP entry 1 may point between pages, at a word

constexpr std::uint32_t entries_for(std::uint32_t ring_size) { return ring_entries(ring_size, 0, kMaxEntries); }

}  // namespace

/// What the controller reads besides the data: further pages of a transfer, or the range of a discard. Never crosses a
/// page, so the list needs no link.
struct alignas(256) Device::Area {
  union {
    std::uint64_t pages[kListEntries];
    Range range;
  };
};

std::uint64_t Device::dma_bytes(std::uint32_t ring_size) {
  const std::uint32_t entries = entries_for(ring_size);
  return Controller::dma_bytes(entries) + dma_share(sizeof(Area) * entries, alignof(Area));
}

Status Device::start(const Access& access, Tables& tables, const char*& trouble) {
  static_assert(sizeof(Area) == 256);
  if (access.device.event_count == 0)
    return explain(trouble, Status::bad_argument, "the NVMe controller has no interrupt");
  const Status status = controller_.start(access, entries_for(access.ring_size), queue_, trouble);
  if (!ok(status)) return status;
  tables_ = &tables;
  slots_ = queue_.entries() - 1;
  areas_ = static_cast<Area*>(access.pool.take_uncleared(sizeof(Area) * slots_, alignof(Area)));
  if (!areas_) {
    controller_.stop();
    return explain(trouble, Status::no_memory, "the DMA pool is too small for the NVMe controller");
  }
  for (; free_count_ < slots_; ++free_count_) tables_->free[free_count_] = static_cast<std::uint16_t>(free_count_);
  events_ = event_bit(access.device.events[0]);
  return Status::ok;
}

BlockInfo Device::info() const {
  BlockInfo info = controller_.info();
  info.events = events_;
  return info;
}

Status Device::check(const BlockRequest& request) const {
  const auto operation = request.operation;
  const bool moves = operation == BlockOperation::read || operation == BlockOperation::write;
  if (moves && raw(device_address(request.data)) % kAddressUnit != 0) return Status::bad_argument;
  return check_request(request, controller_.info());
}

Status Device::submit(BlockRequest& request) {
  if (broken_) return Status::io_error;
  const Status status = check(request);
  if (!ok(status)) return status;
  if (free_count_ == 0) return Status::would_block;
  const std::uint16_t slot = tables_->free[--free_count_];
  tables_->requests[slot] = &request;
  request.status = Status::would_block;
  Command command{};
  command.id = slot;
  command.name_space = controller_.name_space();
  describe(command, areas_[slot], request);
  queue_.put(command);
  return Status::ok;
}

void Device::describe(Command& command, Area& area, const BlockRequest& request) const {
  const std::uint32_t block_size = controller_.info().block_size;
  const std::uint64_t start = request.sector / (block_size / kSectorBytes);
  const std::uint32_t blocks = request.length / block_size;
  IoCommand opcode = IoCommand::flush;
  switch (request.operation) {
    case BlockOperation::flush:
      break;
    case BlockOperation::discard:
      opcode = IoCommand::dataset_management;
      area.range = {0, blocks, start};
      command.data = raw(device_address(&area));
      command.word11 = kDeallocate;  // of one range: word 10 counts from 0
      break;
    case BlockOperation::read:
    case BlockOperation::write: {
      opcode = request.operation == BlockOperation::read ? IoCommand::read : IoCommand::write;
      command.word10 = static_cast<std::uint32_t>(start);
      command.word11 = static_cast<std::uint32_t>(start >> 32);
      command.word12 = blocks - 1;
      // §4.3: the first page from its offset on, the others whole; a second one directly, more by a list.
      command.data = raw(device_address(request.data));
      const std::uint64_t end = command.data + request.length;
      std::uint64_t page = (command.data & ~(kPage - 1)) + kPage;
      if (page + kPage >= end) {
        command.more_data = page < end ? page : 0;
        break;
      }
      for (unsigned i = 0; page < end; page += kPage) area.pages[i++] = page;
      command.more_data = raw(device_address(&area));
      break;
    }
  }
  command.opcode = static_cast<std::uint8_t>(opcode);
}

void Device::finish(std::uint16_t slot, Status status, void (*done)(BlockRequest&)) {
  BlockRequest& request = *tables_->requests[slot];
  tables_->requests[slot] = nullptr;
  tables_->free[free_count_++] = slot;
  request.status = status;
  done(request);
}

unsigned Device::poll(void (*done)(BlockRequest&)) {
  unsigned count = 0;
  while (!broken_ && queue_.ready()) {
    const auto completion = queue_.take();
    if (completion.id >= slots_ || !tables_->requests[completion.id]) {
      broken_ = true;
      break;
    }
    finish(completion.id, completion.status >> 1 == 0 ? Status::ok : Status::io_error, done);
    ++count;
  }
  if (broken_) return count + give_up(done);
  queue_.acknowledge();
  return count;
}

/// A controller that failed or broke the rules is stopped; whoever waits for it hears of an error.
unsigned Device::give_up(void (*done)(BlockRequest&)) {
  if (stopped_) return 0;
  stopped_ = true;
  controller_.stop();
  unsigned count = 0;
  for (std::uint32_t slot = 0; slot < slots_; ++slot) {
    if (!tables_->requests[slot]) continue;
    finish(static_cast<std::uint16_t>(slot), Status::io_error, done);
    ++count;
  }
  return count;
}

bool Device::arm() {
  if (free_count_ == slots_) return true;  // nothing is under way
  if (queue_.ready()) return false;
  if (!controller_.failed()) return true;
  broken_ = true;
  return stopped_;
}

namespace {

WICK_REGISTERED("drivers")
constexpr Driver driver = {"nvme", DeviceKind::block, kMatches, Device::dma_bytes, probe<Device>};

}  // namespace

}  // namespace wick::hv::nvme
