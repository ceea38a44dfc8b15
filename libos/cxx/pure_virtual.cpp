// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// What the compiler calls when a virtual function is missing. libc++abi has these too, but an image without C++
// applications doesn't link it.

#include "trace/log.h"

extern "C" {

[[noreturn]] void __cxa_pure_virtual() { wick::panic("a pure virtual function was called"); }
[[noreturn]] void __cxa_deleted_virtual() { wick::panic("a deleted virtual function was called"); }

}  // extern "C"
