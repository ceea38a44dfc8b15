// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/devices/io_thread.h"

#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>

#include "monitor/appliance.h"
#include "monitor/jail/confine.h"

namespace wick::monitor {
namespace {

/// More frames than these at a time are worth an exit: it serves all of them.
constexpr unsigned kFewFrames = 2;

/// Without a frame for so long the guest is busy with something else.
constexpr std::uint64_t kLongest = 10 * kLook;

bool one_processor() {
  cpu_set_t processors;
  return sched_getaffinity(0, sizeof processors, &processors) != 0 || CPU_COUNT(&processors) < 2;
}

}  // namespace

bool IoThread::start(Appliance& a) {
  if (!a.devices.has_network() || a.machine->run_file() < 0 || a.options.gdb_port || a.trace.on() || one_processor())
    return true;
  appliance_ = &a;
  return pthread_create(&thread_, nullptr, run, this) == 0;
}

void IoThread::before_run(Appliance& a) {
  if (!appliance_) return;
  const bool active = a.statistics.quick_waits && a.devices.network().burst() <= kFewFrames;
  a.memory.shared().event.patience = active ? kLook : 0;
  if (!active) return;
  __atomic_store_n(&active_, 1, __ATOMIC_RELEASE);
  syscall(SYS_futex, &active_, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}

void IoThread::after_run() {
  if (!appliance_ || !__atomic_load_n(&active_, __ATOMIC_RELAXED)) return;
  __atomic_store_n(&active_, 0, __ATOMIC_RELEASE);
  pthread_mutex_lock(&serving_);  // a round that has begun ends first
  pthread_mutex_unlock(&serving_);
}

void* IoThread::run(void* self) {
  static_cast<IoThread*>(self)->work();
  return nullptr;
}

void IoThread::work() {
  auto& a = *appliance_;
  if (!confine_vcpu_thread(a)) std::abort();
  for (;;) {
    while (!__atomic_load_n(&active_, __ATOMIC_ACQUIRE))
      syscall(SYS_futex, &active_, FUTEX_WAIT_PRIVATE, 0, nullptr, nullptr, 0);
    std::uint64_t frames = 0;
    auto until = a.clock.now() + Nanoseconds{kLongest};
    for (bool goes_on = true; goes_on;) {
      pthread_mutex_lock(&serving_);
      goes_on = __atomic_load_n(&active_, __ATOMIC_ACQUIRE);
      if (goes_on) {
        a.devices.serve();
        const auto now = a.clock.now();
        if (a.devices.network().frames() != frames) until = now + Nanoseconds{kLongest};
        frames = a.devices.network().frames();
        goes_on = now < until;
        if (!goes_on) __atomic_store_n(&active_, 0, __ATOMIC_RELEASE);
      }
      pthread_mutex_unlock(&serving_);
    }
  }
}

}  // namespace wick::monitor
