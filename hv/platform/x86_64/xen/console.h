// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// hv's words through Xen: a domU has a ring that dom0's console daemon reads, dom0 itself writes into Xen's log.

#include "abi/types.h"

namespace wick::hv::xen {

/// Maps the console ring when Xen has given one; until then, and without one, bytes go to Xen's log.
void start_console();

void write_console(const char* bytes, std::size_t count);

/// Waits, not for long, until the daemon has read everything: the ring dies with the domain.
void drain_console();

}  // namespace wick::hv::xen
