// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A disk behind any adapter of SCSI, as a block device. Adapters carry commands and know nothing of disks; one of them
// may have several, and any disk's poll brings in what is finished for the others as well. All inline: each family that
// has an adapter brings it along, and only one copy is linked.

#include "class/access.h"
#include "class/block.h"
#include "class/scsi.h"

namespace wick::drivers {

struct ScsiCommand {
  scsi::Cdb cdb{};
  std::uint16_t target = 0;
  bool writes = false;   ///< the data goes to the disk
  void* data = nullptr;  ///< in memory that the device reaches
  std::uint32_t length = 0;
};

struct ScsiAnswer {
  void* token;
  bool arrived;         ///< the target has taken the command; false: there is none, or the adapter failed
  std::uint8_t status;  ///< scsi::kGood and its kin
  scsi::Sense sense;    ///< with scsi::kCheckCondition
};

class ScsiAdapter {
 public:
  /// @return would_block when there is no room, io_error when the adapter has been given up
  virtual Status submit(const ScsiCommand& command, void* token) = 0;
  virtual void kick() = 0;  ///< one doorbell at most
  /// @return false when nothing is finished
  virtual bool collect(ScsiAnswer& answer) = 0;
  virtual bool arm() = 0;  ///< as Network::arm

  /// Whether it broke the rules: then it has been stopped, and collect() gives back what was under way as failed.
  virtual bool broken() const = 0;

 protected:
  ~ScsiAdapter() = default;
};

class ScsiDisk final : public Block {
 public:
  constexpr ScsiDisk() = default;

  static constexpr unsigned kRequests = 32;  ///< under way at the same time
  static constexpr unsigned kScratch = 128;  ///< bytes of a page of facts

  /// What the device reads and writes besides the data.
  struct alignas(64) Shared {
    std::uint8_t scratch[kScratch];
    scsi::UnmapList lists[kRequests];
  };

  /// Asks the target what it is, waiting for each answer. @return not_found: no disk there; else what failed
  Status start(ScsiAdapter& adapter, std::uint16_t target, Shared& shared, EventMask events);

  BlockInfo info() const override { return info_; }
  BlockInfo look_again() override;
  Status submit(BlockRequest& request) override;
  void flush_queue() override { adapter_->kick(); }
  unsigned poll(void (*done)(BlockRequest&)) override;
  bool arm() override { return adapter_->arm() && !finished_; }

 private:
  /// What an adapter gives back as a command's token.
  struct Pending {
    ScsiDisk* disk;
    BlockRequest* request;  ///< nullptr: a command of start's or look_again's
    unsigned tries;
    bool used;
  };

  static constexpr unsigned kMostTries = 100, kMostPolls = 10'000'000;

  Pending* take_place(BlockRequest* request);
  Status send(Pending& pending);
  void answered(Pending& pending, const ScsiAnswer& answer);
  void collect();
  Status ask(const scsi::Cdb& cdb, std::uint32_t length);
  Status read_capacity();
  void read_facts();

  ScsiAdapter* adapter_ = nullptr;
  Shared* shared_ = nullptr;
  std::uint16_t target_ = 0;
  BlockRequest* finished_ = nullptr;  ///< not told of yet: also those that came in while another disk was polled
  scsi::Cdb question_{};              ///< start's or look_again's own command
  std::uint32_t question_length_ = 0;
  Status question_status_ = Status::ok;
  Pending pending_[kRequests]{};
  BlockInfo info_{};
};

inline ScsiDisk::Pending* ScsiDisk::take_place(BlockRequest* request) {
  for (Pending& pending : pending_) {
    if (pending.used) continue;
    pending = {this, request, 0, true};
    return &pending;
  }
  return nullptr;
}

/// Also once more: the bytes are made of the request each time.
inline Status ScsiDisk::send(Pending& pending) {
  ScsiCommand command{.target = target_};
  if (const BlockRequest* request = pending.request) {
    const std::uint32_t unit = info_.block_size / kSectorBytes;
    const std::uint64_t block = request->sector / unit;
    const std::uint32_t blocks = request->length / info_.block_size;
    switch (request->operation) {
      case BlockOperation::flush:
        command.cdb = scsi::synchronize();
        break;
      case BlockOperation::discard: {
        scsi::UnmapList& list = shared_->lists[&pending - pending_];
        list = scsi::unmap_list(block, blocks);
        command.cdb = scsi::unmap();
        command.writes = true;
        command.data = list.data();
        command.length = sizeof list;
        break;
      }
      case BlockOperation::read:
      case BlockOperation::write:
        command.writes = request->operation == BlockOperation::write;
        command.cdb = scsi::transfer(command.writes, block, blocks);
        command.data = request->data;
        command.length = request->length;
    }
  } else {
    command.cdb = question_;
    command.data = shared_->scratch;
    command.length = question_length_;
  }
  return adapter_->submit(command, &pending);
}

inline Status ScsiDisk::submit(BlockRequest& request) {
  if (adapter_->broken()) return Status::io_error;
  if (const Status status = check_request(request, info_); !ok(status)) return status;
  Pending* pending = take_place(&request);
  if (!pending) return Status::would_block;
  request.status = Status::would_block;
  const Status status = send(*pending);
  if (!ok(status)) pending->used = false;
  return status;
}

/// A target that has news says so instead of doing its work, and one that is busy, too: it is asked again.
inline void ScsiDisk::answered(Pending& pending, const ScsiAnswer& answer) {
  const bool check = answer.arrived && answer.status == scsi::kCheckCondition;
  const bool again = (check && answer.sense == scsi::Sense::unit_attention) ||
                     (answer.arrived && (answer.status == scsi::kBusy || answer.status == scsi::kTaskSetFull));
  if (again && ++pending.tries < kMostTries && ok(send(pending))) return adapter_->kick();
  Status status = Status::io_error;
  if (answer.arrived && answer.status == scsi::kGood) status = Status::ok;
  if (!answer.arrived) status = Status::not_found;
  if (check && answer.sense == scsi::Sense::illegal_request) status = Status::unsupported;
  if (check && answer.sense == scsi::Sense::data_protect) status = Status::denied;
  pending.used = false;
  if (!pending.request) {
    question_status_ = status;
    return;
  }
  pending.request->status = status == Status::not_found ? Status::io_error : status;
  pending.request->next = finished_;
  finished_ = pending.request;
}

inline void ScsiDisk::collect() {
  ScsiAnswer answer;
  while (adapter_->collect(answer)) {
    auto& pending = *static_cast<Pending*>(answer.token);
    pending.disk->answered(pending, answer);
  }
}

inline unsigned ScsiDisk::poll(void (*done)(BlockRequest&)) {
  collect();
  unsigned count = 0;
  while (BlockRequest* request = finished_) {
    finished_ = request->next;
    ++count;
    done(*request);
  }
  return count;
}

/// One command of the driver's own, waited for: devices answer these from their memory.
inline Status ScsiDisk::ask(const scsi::Cdb& cdb, std::uint32_t length) {
  question_ = cdb;
  question_length_ = length;
  question_status_ = Status::would_block;
  for (std::uint8_t& byte : shared_->scratch) byte = 0;
  Pending* pending = take_place(nullptr);
  if (!pending) return Status::would_block;
  if (const Status status = send(*pending); !ok(status)) {
    pending->used = false;
    return status;
  }
  adapter_->kick();
  for (unsigned i = 0; i < kMostPolls && question_status_ == Status::would_block; ++i) collect();
  return question_status_ == Status::would_block ? Status::io_error : question_status_;
}

inline Status ScsiDisk::read_capacity() {
  constexpr std::uint8_t kLength = 32;
  if (const Status status = ask(scsi::read_capacity(kLength), kLength); !ok(status)) return status;
  const std::uint32_t size = scsi::block_size(shared_->scratch);
  const std::uint64_t last = scsi::last_block(shared_->scratch);
  if (!usable_block_size(size) || (info_.block_size && size != info_.block_size) || last >= ~0ull / size)
    return Status::unsupported;
  info_.block_size = size;
  info_.sectors = (last + 1) * (size / kSectorBytes);
  return Status::ok;
}

/// What a disk needn't have.
inline void ScsiDisk::read_facts() {
  constexpr std::uint8_t kMode = 64;
  info_.can_flush = true;
  if (ok(ask(scsi::mode_sense(kMode), kMode))) info_.read_only = scsi::is_write_protected(shared_->scratch);
  if (ok(ask(scsi::inquiry(scsi::Page::serial, kScratch), kScratch))) {
    constexpr unsigned kRoom = kScratch - scsi::kPageHeader;
    unsigned length = scsi::page_length(shared_->scratch), start = scsi::kPageHeader;
    if (length > kRoom) length = kRoom;
    constexpr unsigned kMost = sizeof info_.serial - 1;
    while (length && shared_->scratch[start] == ' ') --length, ++start;  // it may be aligned to the right
    for (unsigned i = 0; i < length && i < kMost; ++i) info_.serial[i] = static_cast<char>(shared_->scratch[start + i]);
    for (unsigned i = kMost; i-- > 0 && (info_.serial[i] == ' ' || !info_.serial[i]);) info_.serial[i] = 0;
  }
  if (!ok(ask(scsi::inquiry(scsi::Page::provisioning, kScratch), kScratch)) || !scsi::can_unmap(shared_->scratch))
    return;
  if (!ok(ask(scsi::inquiry(scsi::Page::limits, kScratch), kScratch))) return;
  const std::uint64_t most = std::uint64_t{scsi::most_unmapped(shared_->scratch)} * info_.block_size;
  constexpr std::uint64_t kMostLength = 0xffff'f000;
  info_.can_discard = most != 0;
  info_.most_discard =
      static_cast<std::uint32_t>((most < kMostLength ? most : kMostLength) / info_.block_size * info_.block_size);
}

inline Status ScsiDisk::start(ScsiAdapter& adapter, std::uint16_t target, Shared& shared, EventMask events) {
  adapter_ = &adapter;
  target_ = target;
  shared_ = &shared;
  constexpr std::uint8_t kInquiry = 36;
  Status status = ask(scsi::inquiry(kInquiry), kInquiry);
  if (!ok(status)) return status;
  if (!scsi::is_disk(shared.scratch)) return Status::not_found;
  status = ask(scsi::test_unit_ready(), 0);
  if (ok(status)) status = read_capacity();
  if (!ok(status)) return status == Status::not_found ? Status::io_error : status;
  read_facts();
  info_.events = events;
  return Status::ok;
}

inline BlockInfo ScsiDisk::look_again() {
  (void)read_capacity();
  return info_;
}

}  // namespace wick::drivers
