// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The crash page from the guest's side: libos keeps its log there from the start, and panic() puts the reason there.
// hv fills in the rest when the guest dies.

#include "abi/crash.h"

namespace wick::log {
void use_record(CrashRecord& record);
}

namespace wick::trace {

/// At boot, before anything can fail.
void use_crash_page(CrashRecord* record);

}  // namespace wick::trace
