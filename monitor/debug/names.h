// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Calls and exits as statistics, call log and trace print them.

#include "abi/host/names.h"
#include "guest/vcpu.h"

namespace wick::monitor {

inline constexpr const char* kExitNames[] = {"call", "interrupt", "exception", "memory", "forbidden"};
static_assert(static_cast<unsigned>(hv::ExitCause::forbidden) == 4);

inline constexpr const char* kStatusNames[] = {"ok",          "unsupported", "denied",    "bad_argument",
                                               "would_block", "io_error",    "no_memory", "not_found"};
constexpr const char* status_name(Status status) { return kStatusNames[-static_cast<int>(status)]; }

/// @param number kCallCount or more: it is none
constexpr const char* call_name(std::uint64_t number) { return number < kCallCount ? kCallNames[number] : "unknown"; }

}  // namespace wick::monitor
