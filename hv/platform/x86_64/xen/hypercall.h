// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Entering Xen. The instruction is issued in place, as the processor's maker wants it, and not through a hypercall page
// that Xen would fill: no writable-then-executable page, no indirect branch (Xen advisory XSA-466 says the same).

#include "platform/x86_64/xen/abi.h"

namespace wick::hv::xen {

/// Looks for Xen's CPUID leaves. @return their base, 0 when this isn't Xen. Chooses the instruction on the way.
std::uint32_t find_leaves();

/// @return 0 or more: success; negative: Xen's error number
std::int64_t call(Hypercall number, std::uint64_t a, std::uint64_t b = 0, std::uint64_t c = 0);

template <typename T>
std::int64_t call(Hypercall number, std::uint64_t operation, T* argument) {
  return call(number, operation, reinterpret_cast<std::uint64_t>(argument));
}

/// @return 0 when Xen doesn't know the parameter or it isn't set
std::uint64_t parameter(Parameter index);
bool set_parameter(Parameter index, std::uint64_t value);

}  // namespace wick::hv::xen
