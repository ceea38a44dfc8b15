// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The clock page and hv's own way to read it.

#include "abi/clock.h"

namespace wick::hv {

extern ClockPage clock_page;

/// Nanoseconds since hv started.
Nanoseconds clock_now();

}  // namespace wick::hv
