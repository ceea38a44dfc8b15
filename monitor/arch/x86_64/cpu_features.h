// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the C library keeps of CPUID. Its header forgets that C++ has no _Bool.

#define _Bool bool
#include <sys/platform/x86.h>
#undef _Bool
