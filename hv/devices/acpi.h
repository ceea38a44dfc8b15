// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The little of ACPI that hv needs.

#include "abi/types.h"

namespace wick::hv {

/// The ports of the PM1 control registers (0: absent) and what to write there to power off.
struct SoftOff {
  std::uint16_t port_a = 0, port_b = 0, value_a = 0, value_b = 0;
};

/// @return false when the tables don't say how
bool find_soft_off(Gpa rsdp, SoftOff& off);

/// Enters the soft-off state S5 (ACPI 6.4 §4.8.3.2, §7.4.2). Returns when the tables don't say how.
void acpi_power_off(Gpa rsdp);

}  // namespace wick::hv
