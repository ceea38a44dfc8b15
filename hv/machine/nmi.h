// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Non-maskable interrupts come of broken hardware or of somebody's button, and ask for nothing that hv could do. They
// are counted, wherever they come; the first one is told on the console.

#include "arch/interrupts.h"

namespace wick::hv {

void tell_nmi();

/// Now and then, outside of what happens for each request.
inline void report_nmis() {
  if (__atomic_load_n(&nmis, __ATOMIC_RELAXED)) [[unlikely]]
    tell_nmi();
}

}  // namespace wick::hv
