// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Whose code a guest's file may hold.

#include <elf.h>

namespace wick::monitor {

inline constexpr Elf64_Half kElfMachine = EM_X86_64;
inline constexpr const char* kWrongMachine = "the image is not for x86-64";

}  // namespace wick::monitor
