// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/guest/sweeper.h"

#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>

#include "monitor/base/thread.h"
#include "monitor/jail/confine.h"

namespace wick::monitor {

bool Sweeper::start() { return on_ = start_thread(thread_, run, this); }

bool Sweeper::idle() const { return !__atomic_load_n(&work_, __ATOMIC_ACQUIRE); }

bool Sweeper::take(std::uint64_t start, std::uint64_t length) const {
  void* const aside = reinterpret_cast<void*>(kAboveGuests + start);
  return mremap(reinterpret_cast<void*>(start), length, length, kMoveAside, aside) == aside;
}

void Sweeper::sweep(std::uint64_t start, std::uint64_t end) {
  start_ = kAboveGuests + start;
  end_ = kAboveGuests + end;
  __atomic_store_n(&work_, 1, __ATOMIC_RELEASE);
  syscall(SYS_futex, &work_, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}

void* Sweeper::run(void* self) {
  auto& sweeper = *static_cast<Sweeper*>(self);
  if (!confine_sweeper()) std::abort();
  for (;;) {
    while (sweeper.idle()) syscall(SYS_futex, &sweeper.work_, FUTEX_WAIT_PRIVATE, 0, nullptr, nullptr, 0);
    munmap(reinterpret_cast<void*>(sweeper.start_), sweeper.end_ - sweeper.start_);
    __atomic_store_n(&sweeper.work_, 0, __ATOMIC_RELEASE);
  }
}

}  // namespace wick::monitor
