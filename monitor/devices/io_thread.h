// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Serving devices while the guest runs. Where a request is answered by one frame and the next one comes soon, leaving
// the guest for each costs more than everything else; so a second thread looks at the rings meanwhile, the guest looks
// at its event page for as long as `poll_ns` says, and neither tells the other anything. With many frames at a time,
// or when nothing comes, it sleeps, and the guest's own thread serves as it gives the processor back.

#include <pthread.h>

#include "monitor/devices/device_set.h"
#include "monitor/devices/idle_policy.h"
#include "monitor/jail/confine.h"
#include "monitor/machine/guest.h"

namespace wick::monitor {

class IoThread {
 public:
  /// @return false when there is no thread to be had; it isn't needed on one processor, or for a machine whose guest
  /// costs nothing to leave, and nothing is started then
  bool start(Guest& guest, DeviceSet& devices, const Permissions& permissions);

  /// Around each run of the guest by its own thread. Between the two, devices are this thread's if it has work.
  void before_run(const IdlePolicy& idle);
  void after_run();

 private:
  static void* run(void* self);
  void work();

  Guest* guest_ = nullptr;  ///< nullptr: there is no thread
  DeviceSet* devices_ = nullptr;
  Permissions permissions_;
  pthread_t thread_{};
  pthread_mutex_t serving_ = PTHREAD_MUTEX_INITIALIZER;  ///< held by whoever serves
  std::uint32_t active_ = 0;                             ///< a futex: 1 while the guest runs and is worth looking after
};

}  // namespace wick::monitor
