// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Entering the hypervisor, through the page that it has filled with whatever instruction that takes (TLFS §3.13). Calls
// go to an address known at link time: hv has no jumps through registers.

#include <cstdint>

namespace wick::hv::hyperv {

/// @param control the call's number, and how its argument comes  @return the low half of the result: 0 is success
inline std::uint16_t hypercall(std::uint64_t control, std::uint64_t argument) {
  std::uint64_t result;
  register std::uint64_t output asm("r8") = 0;
  asm volatile("call hv_hypercall_page"
               : "=a"(result), "+c"(control), "+d"(argument), "+r"(output)
               :
               : "r9", "r10", "r11", "memory", "cc");
  return static_cast<std::uint16_t>(result);
}

}  // namespace wick::hv::hyperv
