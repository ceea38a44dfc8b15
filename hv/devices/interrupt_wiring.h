// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// How the PC's sixteen old interrupt lines are wired to the I/O APIC (ACPI 6.4 §5.2.12.5, the MADT's overrides).

#include "abi/types.h"

namespace wick::hv {

/// Makes the old line `line` set the bit of `event`, once for each time it becomes active.
void route_legacy_line(Gpa rsdp, std::uint8_t line, unsigned event);

}  // namespace wick::hv
