// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A vCPU's general registers as a crash record has them, by architecture: CrashRegisters with the views that code of no
// architecture uses (program_counter(), frame_pointer(), call_number(), first_argument(), second_argument(), answer(),
// enter()), and the registers' names in their order, kRegisterNames.

#if defined(__x86_64__)
#include "abi/arch/x86_64/registers.h"
#else
#error "the contract knows no such processor"
#endif
