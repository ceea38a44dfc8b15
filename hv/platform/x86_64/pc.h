// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What QEMU's TCG, KVM and bare metal have in common: UART console, local APIC, real-time clock, power-off by ACPI or
// by QEMU's exit port; and, of TCG and KVM, a timer at 1 GHz.

#include "platform/platform.h"

namespace wick::hv::pc {

/// UART, APIC, virtio devices, the way to power off.
Status init(Boot& boot);

/// Both measure the APIC timer in nanoseconds (KVM's and QEMU's APIC bus runs at 1 GHz).
void set_timer(Nanoseconds deadline);
/// Whether the timer is set to it already, and runs.
bool timer_stands(Nanoseconds deadline);
void idle();
void console(const char* bytes, std::size_t count);
std::uint64_t
date_of_epoch();  ///< nanoseconds since 1970 at the clock page's, from the CMOS clock; 0 when there is none
void power_off(std::uint32_t code, End end);

/// The CPUID leaf of a hypervisor shows this signature.
bool has_signature(const char (&signature)[13], std::uint32_t leaf = 0x40000000);

}  // namespace wick::hv::pc
