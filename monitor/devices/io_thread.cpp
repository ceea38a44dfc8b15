// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/devices/io_thread.h"

#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>

#include "monitor/base/thread.h"

namespace wick::monitor {
namespace {

/// More frames than these at a time are worth an exit: it serves all of them.
constexpr unsigned kFewFrames = 2;

/// Without a frame for so long the guest is busy with something else, or others want the processors, for which whoever
/// is to send the next frame may be waiting, too. Then nobody looks here for a while.
constexpr Nanoseconds kMaxPolling{10 * IdlePolicy::kPollNs}, kRest{1000 * IdlePolicy::kPollNs};

bool one_processor() {
  cpu_set_t processors;
  return sched_getaffinity(0, sizeof processors, &processors) != 0 || CPU_COUNT(&processors) < 2;
}

}  // namespace

bool IoThread::start(Guest& guest, DeviceSet& devices, const Permissions& permissions, SetAlarm set_alarm) {
  if (devices.has_network() && guest.machine->kind == Wall::hosted && !one_processor()) serves_from_ = {};
  if (serves_from_ == kNever && (!guest.vcpu.slices.on() || !devices.is_urgent())) return true;
  guest_ = &guest;
  devices_ = &devices;
  permissions_ = permissions;
  permissions_.copies_itself = false;
  set_alarm_ = set_alarm;
  return start_thread(thread_, run, this);
}

IoThread::Work IoThread::next_work(const IdlePolicy& idle) {
  auto& slices = guest_->vcpu.slices;
  if (!slices.computing()) {
    const bool few = idle.looks() && devices_->network().burst() <= kFewFrames;
    return few && guest_->clock.now() >= serves_from_ ? kServe : kNone;
  }
  if (!slices.can_hurry()) return kNone;
  if (devices_->listen()) return kListen;
  hurry();
  return kNone;
}

void IoThread::hurry() {
  if (guest_->vcpu.slices.hurry()) set_alarm_(*guest_);
}

void IoThread::before_run(const IdlePolicy& idle) {
  if (!guest_) return;
  const auto work = next_work(idle);
  guest_->memory.shared().event.poll_ns = work == kServe ? IdlePolicy::kPollNs : 0;
  if (work == kNone) return;
  __atomic_store_n(&work_, work, __ATOMIC_RELEASE);
  syscall(SYS_futex, &work_, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}

void IoThread::after_run() {
  if (!guest_ || has(kNone)) return;
  __atomic_store_n(&work_, kNone, __ATOMIC_RELEASE);
  pthread_mutex_lock(&serving_);  // a round that has begun ends first
  pthread_mutex_unlock(&serving_);
}

void* IoThread::run(void* self) {
  static_cast<IoThread*>(self)->work();
  return nullptr;
}

void IoThread::work() {
  if (!confine_guest_thread(permissions_)) std::abort();
  for (;;) {
    while (has(kNone)) syscall(SYS_futex, &work_, FUTEX_WAIT_PRIVATE, kNone, nullptr, nullptr, 0);
    has(kServe) ? serve() : listen();
  }
}

void IoThread::serve() {
  const auto& clock = guest_->clock;
  const auto& network = devices_->network();
  std::uint64_t frames = 0;
  auto until = clock.now() + kMaxPolling;
  for (bool goes_on = true; goes_on;) {
    pthread_mutex_lock(&serving_);
    goes_on = has(kServe);
    if (goes_on) {
      devices_->serve();
      const auto now = clock.now();
      goes_on = now < until;  // what came while this thread had no processor doesn't count
      if (network.frames() != frames) until = now + kMaxPolling;
      frames = network.frames();
      if (!goes_on) serves_from_ = now + kRest, __atomic_store_n(&work_, kNone, __ATOMIC_RELEASE);
    }
    pthread_mutex_unlock(&serving_);
  }
}

/// The guest may have come back meanwhile, and gone on: what has been heard counts for the slice that is now.
void IoThread::listen() {
  pollfd files[kMaxDevices];
  pthread_mutex_lock(&serving_);
  const bool goes_on = has(kListen);
  if (goes_on) devices_->list(files);
  pthread_mutex_unlock(&serving_);
  if (!goes_on) return;
  (void)!ppoll(files, devices_->entries().count, nullptr, nullptr);
  pthread_mutex_lock(&serving_);
  if (has(kListen)) {
    devices_->hear(files);
    hurry();
    __atomic_store_n(&work_, kNone, __ATOMIC_RELEASE);
  }
  pthread_mutex_unlock(&serving_);
}

}  // namespace wick::monitor
