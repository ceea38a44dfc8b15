// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See lock_trace.h.

#include "sched/lock_trace.h"

#include "boot/config.h"
#include "time/clock.h"
#include "trace/format.h"
#include "trace/log.h"

namespace wick::sched {

namespace {

enum class Wanted : std::uint8_t { unknown, no, yes };
constinit Wanted locks = Wanted::unknown;

}  // namespace

bool LockWait::wanted() {
  if (locks == Wanted::unknown) locks = config::get_number("trace.locks", 0) ? Wanted::yes : Wanted::no;
  return locks == Wanted::yes;
}

void LockWait::begin(const void* lock, const Thread* holder) {
  lock_ = lock;
  since_ = time::now();
  trace::format(holder_, sizeof holder_, "%s", holder ? name(*holder) : "nobody");
}

void LockWait::tell() const {
  log::write(log::Level::warning, "\"%s\" waited %llu us for the lock at 0x%llx, which \"%s\" had", name(current()),
             static_cast<unsigned long long>((raw(time::now()) - raw(since_)) / 1000),
             static_cast<unsigned long long>(reinterpret_cast<std::uintptr_t>(lock_)), holder_);
}

}  // namespace wick::sched
