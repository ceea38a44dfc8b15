// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a seccomp filter has to know of the architecture: whose numbers of system calls it judges. Numbers of another
// ABI of the same machine (i386, x32) mean other calls and are refused as a whole.

#include <linux/audit.h>

#include <cstdint>

namespace wick::hosted {

constexpr std::uint32_t audit_architecture = AUDIT_ARCH_X86_64;
constexpr std::uint32_t first_foreign_call = 0x40000000;  ///< x32

}  // namespace wick::hosted
