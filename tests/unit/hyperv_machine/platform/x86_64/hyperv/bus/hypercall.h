// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// In the place of hv's header: a hypervisor that a test plays.

#include <cstdint>

namespace wick::hv::hyperv {

std::uint16_t hypercall(std::uint64_t control, std::uint64_t argument);

}  // namespace wick::hv::hyperv
