// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The life of a domain as Xen's tools ask for it: an orderly end, or to be suspended, and perhaps to go on elsewhere.

#include "xen/bus.h"

namespace wick::hv::xen {

/// Event channels to this domain itself: what one sets is seen wherever hv looks, however it waits. One sets
/// Event::shutdown, the other the store's event, which every device listens to.
bool bind_own_channels();

/// @return as drivers::xen::Wish has it; unsupported when it is none
Status fulfil(drivers::xen::Wish wish);

}  // namespace wick::hv::xen
