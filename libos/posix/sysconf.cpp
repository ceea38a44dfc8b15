// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// sysconf(), pathconf(): what the system has, and how much of it. What POSIX leaves out here (job control, message
// queues, a shell) is -1, which is no error; a name that nobody knows is one.

#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>

#include "abi/types.h"
#include "boot/boot_info.h"
#include "fs/descriptors.h"
#include "fs/path.h"
#include "memory/heap.h"

using namespace wick;

namespace {

constexpr long kVersion = 202405;  // POSIX.1-2024
constexpr long kLimit = 255, kQueued = 64, kTimers = 64, kRecord = 1024;

struct Value {
  short name;
  long value;
};

constexpr Value kValues[] = {
    {_SC_PAGESIZE, kPage},
    {_SC_OPEN_MAX, fs::kMaxDescriptors},
    {_SC_STREAM_MAX, fs::kMaxDescriptors},
    {_SC_CLK_TCK, CLOCKS_PER_SEC},
    {_SC_ARG_MAX, 128 * 1024},
    {_SC_CHILD_MAX, 1},
    {_SC_NGROUPS_MAX, 32},
    {_SC_SAVED_IDS, 1},
    {_SC_VERSION, kVersion},
    {_SC_2_VERSION, -1},
    {_SC_RTSIG_MAX, SIGRTMAX - SIGRTMIN + 1},
    {_SC_SIGQUEUE_MAX, kQueued},
    {_SC_SEM_VALUE_MAX, INT_MAX},
    {_SC_TIMER_MAX, kTimers},
    {_SC_DELAYTIMER_MAX, INT_MAX},
    {_SC_TZNAME_MAX, 15},
    {_SC_FSYNC, kVersion},
    {_SC_MAPPED_FILES, kVersion},
    {_SC_MEMLOCK, kVersion},
    {_SC_MEMLOCK_RANGE, kVersion},
    {_SC_REALTIME_SIGNALS, kVersion},
    {_SC_SEMAPHORES, kVersion},
    {_SC_TIMERS, kVersion},
    {_SC_THREADS, kVersion},
    {_SC_THREAD_KEYS_MAX, PTHREAD_KEYS_MAX},
    {_SC_THREAD_STACK_MIN, PTHREAD_STACK_MIN},
    {_SC_THREAD_DESTRUCTOR_ITERATIONS, PTHREAD_DESTRUCTOR_ITERATIONS},
    {_SC_THREAD_ATTR_STACKSIZE, kVersion},
    {_SC_THREAD_PROCESS_SHARED, kVersion},
    {_SC_THREAD_SAFE_FUNCTIONS, kVersion},
    {_SC_GETGR_R_SIZE_MAX, kRecord},
    {_SC_GETPW_R_SIZE_MAX, kRecord},
    {_SC_LOGIN_NAME_MAX, 256},
    {_SC_HOST_NAME_MAX, kLimit},
    {_SC_TTY_NAME_MAX, 32},
    {_SC_ADVISORY_INFO, kVersion},
    {_SC_BARRIERS, kVersion},
    {_SC_CLOCK_SELECTION, kVersion},
    {_SC_IOV_MAX, IOV_MAX},
    {_SC_IPV6, kVersion},
    {_SC_LINE_MAX, 2048},
    {_SC_MONOTONIC_CLOCK, kVersion},
    {_SC_READER_WRITER_LOCKS, kVersion},
    {_SC_REGEXP, 1},
    {_SC_RE_DUP_MAX, 255},
    {_SC_SPIN_LOCKS, kVersion},
    {_SC_SYMLOOP_MAX, 40},
    {_SC_TIMEOUTS, kVersion},
    {_SC_V7_LP64_OFF64, 1},
};

}  // namespace

extern "C" {

/// The same for every file.
long fpathconf(int, int name) {
  switch (name) {
    case _PC_LINK_MAX:
    case _PC_CHOWN_RESTRICTED:
    case _PC_NO_TRUNC:
      return 1;
    case _PC_NAME_MAX:
    case _PC_MAX_CANON:
    case _PC_MAX_INPUT:
      return kLimit;
    case _PC_PATH_MAX:
      return fs::kPathBytes;
    case _PC_PIPE_BUF:
    case _PC_ALLOC_SIZE_MIN:
    case _PC_REC_XFER_ALIGN:
      return kPage;
    case _PC_FILESIZEBITS:
      return 64;
    case _PC_VDISABLE:
      return 0;
    case _PC_TIMESTAMP_RESOLUTION:
      return 1;
    default:
      if (name < 0 || name > _PC_TIMESTAMP_RESOLUTION) errno = EINVAL;
      return -1;
  }
}

long pathconf(const char*, int name) { return fpathconf(-1, name); }

long sysconf(int name) {
  switch (name) {
    case _SC_NPROCESSORS_CONF:
    case _SC_NPROCESSORS_ONLN:
      return boot::facts().platform.vcpus;
    case _SC_PHYS_PAGES:
      return static_cast<long>(memory::the_heap.size() / kPage);
    case _SC_AVPHYS_PAGES:
      return static_cast<long>((memory::the_heap.size() - memory::the_heap.grown()) / kPage);
    default:
      break;
  }
  for (const Value& value : kValues) {
    if (value.name == name) return value.value;
  }
  if (name < 0 || name > _SC_POSIX_26_VERSION) errno = EINVAL;
  return -1;
}

}  // extern "C"
