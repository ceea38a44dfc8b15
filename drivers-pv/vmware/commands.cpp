// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "vmware/commands.h"

#include "class/shared.h"

namespace wick::drivers::vmware {
namespace {

std::uint64_t page_of(const void* memory) { return raw(device_address(memory)) / kAdapterPage; }

}  // namespace

bool Commands::place(DmaPool& pool) {
  shared_ = static_cast<Shared*>(pool.take(sizeof(Shared), kAdapterPage));
  return shared_;
}

RingSetup Commands::describe() const {
  RingSetup setup{};
  setup.request_pages = setup.completion_pages = 1;
  setup.state = page_of(&shared_->state);
  setup.requests[0] = page_of(shared_->requests);
  setup.completions[0] = page_of(shared_->completions);
  return setup;
}

Status Commands::put(const ScsiCommand& command, void* token) {
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
  store_release(shared_->state.request_put, ++put_);
  return Status::ok;
}

bool Commands::ready() const { return !broken_ && load_acquire(shared_->state.completion_put) != taken_; }

bool Commands::take(ScsiAnswer& answer) {
  const AdapterCompletion& done = shared_->completions[taken_ % kAdapterCompletions];
  const std::uint64_t place = load(done.context) - 1;
  const std::uint16_t host = load(done.host_status), target = load(done.target_status);
  store_release(shared_->state.completion_taken, ++taken_);
  broken_ = !pending_.has(place);
  if (broken_) return false;
  answer = {pending_.take(place), host == kHostGood || host == kHostUnderrun, static_cast<std::uint8_t>(target),
            scsi::sense_key(shared_->sense[place])};
  return true;
}

}  // namespace wick::drivers::vmware
