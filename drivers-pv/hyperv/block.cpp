// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "hyperv/block.h"

#include "class/probe.h"

namespace wick::drivers::hyperv {
namespace {

constexpr Match kMatches[] = {{.bus = kBus}};

constexpr std::uint32_t kRingData = 8 * kPage;
constexpr std::uint32_t kMostBytes = 256 << 10, kMostPages = kMostBytes / kPage + 1;
constexpr std::uint16_t kUnits = 64;  ///< of an adapter
constexpr std::uint32_t kTimeout = 60;
constexpr std::uint32_t kMoves[] = {kDataOut, kDataIn, 0};  // by direction
constexpr std::uint64_t kQuestion = ~0ull >> 1;
/// All requests at once fit into the ring.
static_assert(PendingCommands::kMost * (128 + 8 * kMostPages) < kRingData);

}  // namespace

std::uint64_t DiskAdapter::dma_bytes(std::uint32_t) {
  return dma_share(Channel::ring_bytes(kRingData), kPage) + dma_share(sizeof(ScsiDisks::Shared), 64);
}

Status DiskAdapter::start(const Access& access, Tables& tables, const char*& trouble) {
  void* const rings = access.pool.take_uncleared(Channel::ring_bytes(kRingData), kPage);
  auto* const shared = static_cast<ScsiDisks::Shared*>(access.pool.take(sizeof(ScsiDisks::Shared), 64));
  if (rings) __builtin_memset(rings, 0, Channel::ring_bytes(kRingData));
  if (const Status status = channel_.open(access, shared ? rings : nullptr, kRingData, trouble); !ok(status))
    return status;
  facts_ = facts_of(access.device);
  disks_ = &tables.disks;
  Status status = Status::unsupported;
  if (!connect())
    trouble = "its host speaks no version of VMSTOR in common";
  else if (status = disks_->find(*this, facts_.ide ? 1 : kUnits, *shared, event_bit(access.device.events[0]));
           !ok(status))
    trouble = "there is no disk on the adapter";
  if (!ok(status) && !broken_) give_up();
  return status;
}

bool DiskAdapter::connect() {
  if (!ask(StorOperation::begin)) return false;
  for (const std::uint16_t version : kStorVersions)
    if (ask(StorOperation::version, version)) return ask(StorOperation::properties) && ask(StorOperation::end);
  return false;
}

/// Something else than a command. @return whether the host has said yes
bool DiskAdapter::ask(StorOperation operation, std::uint16_t version) {
  StorPacket packet{};
  packet.operation = operation;
  packet.wants_answer = 1;
  packet.request.length = version;
  if (broken_ || !ok(channel_.put(PacketType::inband, kWantsCompletion, kQuestion, {}, bytes_of(packet)))) return false;
  alignas(8) std::uint8_t room[128];
  Packet came;
  while (channel_.wait(room, came))
    if (came.type == PacketType::completion) {
      const auto answer = read<StorPacket>(came.body);
      return came.transaction == kQuestion && answer && answer->operation == StorOperation::complete_io &&
             answer->status == 0;
    }
  return false;
}

Status DiskAdapter::submit(const ScsiCommand& command, void* token) {
  if (broken_) return Status::io_error;
  if (command.length > kMostBytes) return Status::bad_argument;
  if (pending_.full()) return Status::would_block;
  const unsigned place = pending_.add(token);
  const std::uint8_t direction = !command.length ? kNoDataMoves : command.writes ? kToDevice : kFromDevice;
  StorPacket packet{};
  packet.operation = StorOperation::execute;
  packet.wants_answer = 1;
  StorRequest& request = packet.request;
  request.length = sizeof request;
  request.path = facts_.path;
  request.target = facts_.target;
  request.lun = static_cast<std::uint8_t>(command.target);
  request.cdb_length = scsi::length_of(command.cdb);
  request.sense_length = sizeof request.cdb;
  request.direction = direction;
  request.data_length = command.length;
  request.queue_action = kSimpleTag;
  request.flags = kQueueAction | kNoSynchronousTransfer | kMoves[direction];
  request.timeout = kTimeout;
  __builtin_memcpy(request.cdb, command.cdb.data(), command.cdb.size());
  struct {
    GpaRange range;
    std::uint64_t pages[kMostPages];
  } data;
  const std::uint64_t start = raw(device_address(command.data));
  data.range = {0, 1, command.length, static_cast<std::uint32_t>(start % kPage)};
  std::size_t count = 0;
  for (std::uint64_t page = start / kPage; page * kPage < start + command.length; ++page) data.pages[count++] = page;
  const std::size_t head = command.length ? sizeof data.range + count * sizeof data.pages[0] : 0;
  const Status status = channel_.put(command.length ? PacketType::gpa_direct : PacketType::inband, kWantsCompletion,
                                     place + 1, bytes_of(data).first(head), bytes_of(packet));
  if (!ok(status)) (void)pending_.take(place);
  return status;
}

// A host that completes what it hasn't got is left alone, and what was under way has failed.
bool DiskAdapter::collect(ScsiAnswer& answer) {
  alignas(8) std::uint8_t room[128];
  for (Packet came; !broken_ && channel_.take(room, came);) {
    if (came.type != PacketType::completion) continue;  // that units come or go
    const std::uint64_t place = came.transaction - 1;
    const auto packet = read<StorPacket>(came.body);
    if (!pending_.has(place) || !packet) {
      give_up();
      break;
    }
    const StorStatus how{static_cast<std::uint8_t>(packet->request.status & kStatusMask)};
    const bool arrived = how == StorStatus::success || how == StorStatus::error || how == StorStatus::overrun;
    answer = {pending_.take(place), arrived, packet->request.scsi_status, scsi::sense_key(packet->request.cdb)};
    // Of a command that failed some other way than by the disk's own word nothing is known.
    if (how == StorStatus::error && answer.status == scsi::kGood) answer.arrived = false;
    return true;
  }
  if (!broken_ && channel_.broken()) give_up();
  return broken_ && pending_.fail_one(answer);
}

void DiskAdapter::give_up() {
  broken_ = true;
  channel_.close();
}

bool DiskAdapter::arm() { return broken_ ? pending_.none() : channel_.arm() && !channel_.broken(); }

namespace {

WICK_REGISTERED("drivers")
constexpr Driver driver = {"hyperv/block", DeviceKind::block, kMatches, DiskAdapter::dma_bytes, probe<DiskAdapter>};

}  // namespace

}  // namespace wick::drivers::hyperv
