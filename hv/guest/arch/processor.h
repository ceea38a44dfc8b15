// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a guest's processor holds and may hold, by architecture. Each has the same names: kInitialFlags, own_flags(),
// is_canonical(), can_go_on(), kCantGoOn, ProcessorState, is_good(), CleanArea.

#if defined(__x86_64__)
#include "guest/arch/x86_64/processor_state.h"
#include "guest/arch/x86_64/registers.h"
#else
#error "hv knows no such processor"
#endif
