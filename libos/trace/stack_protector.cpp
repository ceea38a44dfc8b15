// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The stack protector's guard value and its alarm. The guard is seeded at boot, before the first protected function of
// the guest has been entered.

#include <cstdint>

#include "trace/log.h"

extern "C" {

std::uintptr_t __stack_chk_guard = 0x2d5c1d7f0a00;

[[noreturn]] void __stack_chk_fail() { wick::panic("a function's stack frame was overwritten"); }

}  // extern "C"
