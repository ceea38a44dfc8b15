// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Calls and exits as statistics, call log and trace print them.

#include "abi/call.h"
#include "guest/vcpu.h"

namespace wick::monitor {

inline constexpr const char* kExitNames[] = {"call", "interrupt", "exception", "memory", "forbidden"};
static_assert(static_cast<unsigned>(hv::ExitCause::forbidden) == 4);

/// By number; the last one stands for numbers that are none.
inline constexpr const char* kCallNames[kCallCount + 1] = {"exit",       "console",  "yield",      "notify",
                                                           "wall_clock", "entropy",  "vcpu_start", "vcpu_kick",
                                                           "seal",       "watchdog", "checkpoint", "unknown"};

inline constexpr const char* kStatusNames[] = {"ok",          "unsupported", "denied",    "bad_argument",
                                               "would_block", "io_error",    "no_memory", "not_found"};
constexpr const char* status_name(Status status) { return kStatusNames[-static_cast<int>(status)]; }

constexpr const char* call_name(std::uint64_t number) { return kCallNames[number < kCallCount ? number : kCallCount]; }

}  // namespace wick::monitor
