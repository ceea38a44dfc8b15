// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The end of a domain. What the toolstack does with it is its configuration's business (on_poweroff, on_crash).

#include "platform/platform.h"
#include "platform/x86_64/xen/hypercall.h"

namespace wick::hv::xen {

/// How the tools shall take an orderly end.
inline auto orderly_end = ShutdownReason::power_off;

void prepare_power_off(const Boot& boot);

/// A crash of the guest is told to Xen as a crash, everything else as an orderly end; dom0 takes the machine with
/// it. Returns when Xen refuses.
void power_off(std::uint32_t code, End end);

}  // namespace wick::hv::xen
