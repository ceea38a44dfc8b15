// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What happens for devices while the guest runs. Where a request is answered by one frame and the next one comes soon,
// leaving the guest for each costs more than everything else; so a second thread looks at the rings meanwhile, the
// guest looks at its event page for as long as `poll_ns` says, and neither tells the other anything. With many frames
// at a time, when nothing comes, or when others want the processors, it sleeps, and the guest's own thread serves as it
// gives the processor back. For a guest that computes and never does, the thread waits for something to come, and
// brings the end of the time slice forward.

#include <pthread.h>

#include "monitor/devices/device_set.h"
#include "monitor/devices/idle_policy.h"
#include "monitor/jail/confine.h"
#include "monitor/machine/guest.h"

namespace wick::monitor {

class IoThread {
 public:
  using SetAlarm = void (*)(const Guest&);

  /// @param set_alarm of signals.h
  /// @return false when there is no thread to be had; none is started where there are neither slices nor, on one
  /// processor or for a machine whose guest costs nothing to leave, devices to serve meanwhile
  bool start(Guest& guest, DeviceSet& devices, const Permissions& permissions, SetAlarm set_alarm);

  /// Around each run of the guest by its own thread. Between the two, devices are this thread's if it has work.
  void before_run(const IdlePolicy& idle);
  void after_run();

 private:
  enum Work : std::uint32_t { kNone, kServe, kListen };

  static void* run(void* self);
  void work();
  void serve();
  void listen();
  Work next_work(const IdlePolicy& idle);
  bool has(Work work) const { return __atomic_load_n(&work_, __ATOMIC_ACQUIRE) == work; }
  void hurry();

  Guest* guest_ = nullptr;  ///< nullptr: there is no thread
  DeviceSet* devices_ = nullptr;
  Permissions permissions_;
  SetAlarm set_alarm_ = nullptr;
  Nanoseconds serves_from_ = kNever;  ///< written while there is work, read while there is none
  pthread_t thread_{};
  pthread_mutex_t serving_ = PTHREAD_MUTEX_INITIALIZER;  ///< held by whoever touches devices, or slices from here
  std::uint32_t work_ = kNone;                           ///< a futex: something while the guest runs
};

}  // namespace wick::monitor
