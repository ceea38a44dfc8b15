// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The power button of ACPI's fixed hardware (ACPI 6.4 §4.8.2.2.1.1): a press is an interrupt that sets the bit of
// Event::shutdown on hv's event page.

#include "abi/types.h"

namespace wick::hv {

/// Takes the button over from firmware. @return false on a machine without one
bool watch_power_button(Gpa rsdp);

}  // namespace wick::hv
