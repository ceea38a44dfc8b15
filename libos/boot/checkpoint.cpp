// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See wick/checkpoint.h.

#include "wick/checkpoint.h"

#include <cerrno>

#include "abi/call.h"
#include "boot/checkpoint.h"

namespace wick::boot {

namespace {
constinit std::uint32_t current_life = 0;
}

std::uint32_t life() { return current_life; }

}  // namespace wick::boot

extern "C" int64_t wick_checkpoint(void) {
  const wick::CallResult result = wick_call_checkpoint();
  if (!ok(result.status)) {
    errno = result.status == wick::Status::unsupported ? ENOSYS : ENOMEM;
    return -1;
  }
  // Memory went back to before this line, and with it the number: hv's count is what differs.
  if (result.value) wick::boot::current_life = static_cast<std::uint32_t>(result.value);
  return static_cast<int64_t>(result.value);
}
