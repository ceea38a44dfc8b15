// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The end of the machine by ACPI: off, or once more from the start.

#include <optional>

#include "abi/types.h"

namespace wick::hv {

/// The ports of the PM1 control registers (0: absent) and what to write there to power off.
struct SoftOff {
  std::uint16_t port_a = 0, port_b = 0, value_a = 0, value_b = 0;
};

/// Nothing when the tables don't say how.
std::optional<SoftOff> find_soft_off(Gpa rsdp);

/// Enters the soft-off state S5 (ACPI 6.4 §4.8.3.2, §7.4.2). Returns when the tables don't say how.
void acpi_power_off(Gpa rsdp);

/// Writes the reset register (ACPI 6.4 §4.8.3.6). Returns when there is none.
void acpi_reset(Gpa rsdp);

}  // namespace wick::hv
