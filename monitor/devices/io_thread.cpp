// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/devices/io_thread.h"

#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>

namespace wick::monitor {
namespace {

/// More frames than these at a time are worth an exit: it serves all of them.
constexpr unsigned kFewFrames = 2;

/// Without a frame for so long the guest is busy with something else.
constexpr std::uint64_t kMaxPolling = 10 * IdlePolicy::kPollNs;

bool one_processor() {
  cpu_set_t processors;
  return sched_getaffinity(0, sizeof processors, &processors) != 0 || CPU_COUNT(&processors) < 2;
}

}  // namespace

bool IoThread::start(Guest& guest, DeviceSet& devices, const Permissions& permissions) {
  if (!devices.has_network() || guest.machine->run_file() < 0 || one_processor()) return true;
  guest_ = &guest;
  devices_ = &devices;
  permissions_ = permissions;
  return pthread_create(&thread_, nullptr, run, this) == 0;
}

void IoThread::before_run(const IdlePolicy& idle) {
  if (!guest_) return;
  const bool active = idle.looks() && devices_->network().burst() <= kFewFrames;
  guest_->memory.shared().event.poll_ns = active ? IdlePolicy::kPollNs : 0;
  if (!active) return;
  __atomic_store_n(&active_, 1, __ATOMIC_RELEASE);
  syscall(SYS_futex, &active_, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}

void IoThread::after_run() {
  if (!guest_ || !__atomic_load_n(&active_, __ATOMIC_RELAXED)) return;
  __atomic_store_n(&active_, 0, __ATOMIC_RELEASE);
  pthread_mutex_lock(&serving_);  // a round that has begun ends first
  pthread_mutex_unlock(&serving_);
}

void* IoThread::run(void* self) {
  static_cast<IoThread*>(self)->work();
  return nullptr;
}

void IoThread::work() {
  const auto& clock = guest_->clock;
  const auto& network = devices_->network();
  if (!confine_guest_thread(permissions_)) std::abort();
  for (;;) {
    while (!__atomic_load_n(&active_, __ATOMIC_ACQUIRE))
      syscall(SYS_futex, &active_, FUTEX_WAIT_PRIVATE, 0, nullptr, nullptr, 0);
    std::uint64_t frames = 0;
    auto until = clock.now() + Nanoseconds{kMaxPolling};
    for (bool goes_on = true; goes_on;) {
      pthread_mutex_lock(&serving_);
      goes_on = __atomic_load_n(&active_, __ATOMIC_ACQUIRE);
      if (goes_on) {
        devices_->serve();
        const auto now = clock.now();
        if (network.frames() != frames) until = now + Nanoseconds{kMaxPolling};
        frames = network.frames();
        goes_on = now < until;
        if (!goes_on) __atomic_store_n(&active_, 0, __ATOMIC_RELEASE);
      }
      pthread_mutex_unlock(&serving_);
    }
  }
}

}  // namespace wick::monitor
