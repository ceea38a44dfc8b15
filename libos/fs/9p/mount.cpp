// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Mounts shared folders as the manifest says, and waits for their answers.

#include "boot/devices.h"
#include "fs/9p/shared.h"
#include "sched/lock.h"

namespace wick::fs {

namespace {

constexpr dev_t kFirstDevice = 32;  // of those that stat() tells

constinit Shared all[kMaxVolumes];
constinit unsigned used = 0;

/// One queue for all shares: a thread that wakes for another's interrupt looks and sleeps again.
constinit sched::WaitQueue answers;

void device_event(sched::EventHandler&, EventMask) { answers.wake_all(); }

constinit sched::EventHandler handler(EventMask{0}, device_event);

FileSystem* make(const VolumeWish& wish, const char*& trouble) {
  drivers::Share* const share = devices::share_by_name(wish.serial.data(), static_cast<unsigned>(wish.serial.size()));
  if (!share) return nullptr;
  if (used == kMaxVolumes)
    trouble = "there are too many shared folders";
  else
    trouble = all[used].start(*share, wish.point, used);
  return trouble ? nullptr : &all[used++];
}

WICK_REGISTERED("filesystems")
constexpr VolumeFormat format = {"9p", make, "this machine has no shared folder of that name"};

}  // namespace

void ShareChannel::use(drivers::Share& share) {
  share_ = &share;
  if (!any(handler.mask)) handler.attach();
  handler.mask = handler.mask | share.events();
}

std::size_t ShareChannel::exchange(std::span<const std::uint8_t> message, std::span<std::uint8_t> answer) {
  if (!ok(share_->ask(message, answer))) return 0;
  std::uint32_t bytes = 0;
  Status status;
  while ((status = share_->collect(bytes)) == Status::would_block) {
    const sched::Guard guard(sched::State::threads);
    if (share_->arm()) answers.wait();
  }
  return ok(status) ? bytes : 0;
}

const char* Shared::start(drivers::Share& share, std::string_view point, unsigned number) {
  auto* const room = static_cast<std::uint8_t*>(
      devices::dma_pool().take_uncleared(2 * drivers::kShareMessage, drivers::kShareAlignment));
  if (!room) return "memory.dma is too small for its messages";
  channel_.use(share);
  point_ = point;
  device_ = static_cast<dev_t>(kFirstDevice + number);
  const Held held(*this);
  const bool good = ok(
      client_.start(channel_, {room, drivers::kShareMessage}, {room + drivers::kShareMessage, drivers::kShareMessage}));
  return good ? nullptr : "whoever shares the folder doesn't speak 9P2000.L, or lets nobody in";
}

}  // namespace wick::fs
