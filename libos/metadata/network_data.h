// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// OpenStack's network_data.json, for the one network that an appliance has: the networks of the link with its hardware
// address. Links that are no interface of a machine (bonds, VLANs) are refused, as are routes but the default one and
// the one to the service of instance data. Host-testable.

#include "metadata/choice.h"
#include "metadata/instance.h"

namespace wick::metadata {

/// Adds the settings `net.…` that it says. A family of addresses of which it says nothing stays as it is.
Fault read_network_data(const Node& root, const HardwareAddress& own, Instance& to);

}  // namespace wick::metadata
