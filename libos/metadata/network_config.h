// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// network-config, in cloud-init's version 1 and version 2 (netplan's), for the one network that an appliance has: the
// interface with its hardware address, or the only one there is. What is no such interface (bonds, bridges, VLANs),
// and what it would have that Wick can't do, is refused. Host-testable.

#include "metadata/choice.h"
#include "metadata/instance.h"

namespace wick::metadata {

/// Adds the settings `net.…` that it says. A family of addresses of which it says nothing stays as it is.
Fault read_network_config(const Node& root, const HardwareAddress& own, Instance& to);

}  // namespace wick::metadata
