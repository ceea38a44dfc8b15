// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Gives the host the memory that the program has no use for by now, through a balloon device: what the allocator has
// handed back from the top of the heap and hasn't wanted again for a second. Linked where the manifest has
// features.balloon.

#include "arch/thread_context.h"
#include "boot/devices.h"
#include "boot/init.h"
#include "memory/heap.h"
#include "sched/thread.h"
#include "time/clock.h"
#include "trace/log.h"

namespace wick::memory {

namespace {

/// As many bytes as a large page has, at places where the host can have one, and as many at once as it takes it well
/// below a millisecond to empty: nothing runs meanwhile, so that nobody takes memory that is the device's.
constexpr std::uint64_t kUnit = 2 << 20, kAtOnce = 8 << 20;
constexpr Nanoseconds kPeriod = time::seconds(1), kBetween = time::milliseconds(1), kPatience = time::seconds(2);

constinit sched::Timer timer;

/// @return the device's last word on the offer
Status wait_for(drivers::Balloon& balloon) {
  const Nanoseconds until = time::deadline(kPatience);
  for (;;) {
    const Status status = balloon.collect();
    if (status != Status::would_block || time::now() >= until) return status;
    arch::relax();
  }
}

void stop(drivers::Balloon& balloon) {
  on_shrink = nullptr;
  if (!balloon.end()) panic("the balloon device doesn't end, and has memory of the heap's");
  log::write(log::Level::warning, "the balloon device doesn't keep to the rules: free memory stays here");
}

void give_back(sched::Timer&) {
  drivers::Balloon& balloon = *devices::balloon();
  Region region = the_heap.unused(kUnit, true);
  if (region.end != 0) {
    // From the top, so that what is left is below.
    if (region.end - region.start > kAtOnce) region.start = region.end - kAtOnce;
    Status status = balloon.offer(Gpa{region.start}, region.end - region.start);
    if (ok(status)) status = wait_for(balloon);
    if (!ok(status)) return stop(balloon);
    the_heap.emptied(region.start);
    return timer.arm(time::deadline(kBetween), give_back);
  }
  the_heap.mark();
  if (the_heap.unused(kUnit, false).end != 0) timer.arm(time::deadline(kPeriod), give_back);
}

void shrunk() {
  if (timer.armed() || the_heap.unused(kUnit, false).end == 0) return;
  the_heap.mark();
  timer.arm(time::deadline(kPeriod), give_back);
}

Status start() {
  if (devices::balloon()) on_shrink = shrunk;
  return Status::ok;
}
WICK_INIT_STEP(31, "balloon", start);

}  // namespace

}  // namespace wick::memory
