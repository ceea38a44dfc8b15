// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The little of ACPI that hv needs.

#include "abi/types.h"

namespace wick::hv {

/// Enters the soft-off state S5 (ACPI 6.4 §4.8.3.2, §7.4.2). Returns when the tables don't say how.
void acpi_power_off(Gpa rsdp);


}  // namespace wick::hv
