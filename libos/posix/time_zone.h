// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The zone that the variable TZ names.

#include "time/zone_rule.h"

namespace wick::posix {

/// What clocks show at an instant, in seconds since 1970. Looks at TZ first.
time::Shown local_offset(std::int64_t instant);

}  // namespace wick::posix
