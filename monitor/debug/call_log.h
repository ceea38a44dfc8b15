// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Each call of the guest as a line of standard error, for --strace: as strace(1) shows those of a process.

#include "guest/dispatch.h"

namespace wick::monitor {

struct Appliance;

void log_call(const Appliance& appliance, const hv::CallArguments& call, const CallResult& result, Nanoseconds start);

}  // namespace wick::monitor
