// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the log tells of the network: addresses as they come and go, and a DHCP server that does not answer.

#include "net/interface.h"

namespace wick::net {

/// From now on changes of this interface's addresses are logged.
void report_addresses(Interface& interface);

/// From now on a missing answer is logged, first after a few seconds, then ever less often.
void expect_dhcp(Interface& interface, Nanoseconds now);

/// @return when to be called next, at the latest
Nanoseconds report_progress(Nanoseconds now);

}  // namespace wick::net
