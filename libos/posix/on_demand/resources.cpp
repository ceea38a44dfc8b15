// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// What the program uses and may use. One program has the processor to itself: its time is the time since the start. The
// limits are the machine's: they can be asked for, and set to what they are.

#include <sys/resource.h>

#include <cerrno>

#include "abi/types.h"
#include "boot/config.h"
#include "fs/descriptors.h"
#include "memory/heap.h"
#include "posix/deadline.h"
#include "posix/result.h"
#include "time/clock.h"

using namespace wick;

extern "C" char wick_stack_guard[], wick_stack_top[];

namespace {

rlim_t limit(int resource) {
  switch (resource) {
    case RLIMIT_NOFILE:
      return static_cast<rlim_t>(fs::kMaxDescriptors);
    case RLIMIT_STACK:
      return static_cast<rlim_t>(wick_stack_top - wick_stack_guard) - kPage;
    case RLIMIT_AS:
    case RLIMIT_DATA:
    case RLIMIT_RSS:
      return memory::the_heap.size();
    case RLIMIT_CORE:  // a crash record takes its place
    case RLIMIT_MEMLOCK:
      return 0;
    case RLIMIT_NPROC:
      return 1;
    default:
      return RLIM_INFINITY;
  }
}

bool known(int resource) { return resource >= 0 && resource < RLIM_NLIMITS; }

}  // namespace

extern "C" {

int getrusage(int whose, struct rusage* to) {
  if (whose != RUSAGE_SELF && whose != RUSAGE_CHILDREN && whose != RUSAGE_THREAD) return posix::int_result(-EINVAL);
  *to = {};
  if (whose == RUSAGE_CHILDREN) return 0;
  to->ru_utime = posix::to_timeval(time::now());
  to->ru_maxrss = static_cast<long>(memory::the_heap.grown() / 1024);
  return 0;
}

int getrlimit(int resource, struct rlimit* to) {
  if (!known(resource)) return posix::int_result(-EINVAL);
  *to = {limit(resource), limit(resource)};
  return 0;
}

int setrlimit(int resource, const struct rlimit* wanted) {
  if (!known(resource)) return posix::int_result(-EINVAL);
  if (wanted->rlim_cur == limit(resource) && wanted->rlim_max == limit(resource)) return 0;
  return posix::int_result(-EPERM);
}

}  // extern "C"
