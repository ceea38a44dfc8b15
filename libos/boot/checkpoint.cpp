// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See wick/checkpoint.h.

#include "wick/checkpoint.h"

#include <cerrno>

#include "abi/call.h"
#include "boot/checkpoint.h"
#include "sched/lock.h"

static int error_of(wick::Status status) {
  switch (status) {
    case wick::Status::unsupported:
      return ENOSYS;
    case wick::Status::denied:
      return EPERM;
    case wick::Status::io_error:
      return EIO;
    default:
      return ENOMEM;
  }
}

extern "C" int64_t wick_checkpoint(void) {
  const wick::sched::Guard guard(wick::sched::State::program);
  const wick::CallResult result = wick_call_checkpoint();
  if (!ok(result.status)) {
    errno = error_of(result.status);
    return -1;
  }
  (void)wick::boot::life();  // what can't ask for itself is told now
  return static_cast<int64_t>(result.value);
}
