// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The date as the host tells it, if it does: a machine of generation 2 has no CMOS clock.

#include <cstdint>

namespace wick::hv::hyperv {

/// When the clock began, in nanoseconds since 1970; 0: nobody has told.
extern std::uint64_t told_epoch;

}  // namespace wick::hv::hyperv
