// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The pod's own interface for a guest that asks for it: a tap beside that interface, and every frame that comes to one
// of them goes to the other. The guest takes the addresses that the interface keeps, so that to everybody outside it is
// the pod. Made from outside of the container by ip and tc (iproute2); within, nobody has a right to change it.

#include "config.h"

namespace wick::runtime {

inline constexpr const char* kNetworkAnnotation = "io.wick.network";  ///< "user" or "tap"
inline constexpr const char* kTap = "wick0";

/// Whether the annotation asks for the pod's interface. Fails on other words than those two.
Result<bool> asks_for_tap(const Json& config);

/// The network namespace that an engine has made and set up; fails when it hasn't.
Result<fs::path> pod_namespace(const Json& config);

using Words = std::vector<std::string>;

/// Makes the tap, for the user that the process runs as, and says by options of the appliance how the guest uses it:
/// its MAC address, addresses, gateways, MTU and name servers are the pod's. Leaves nothing when it fails.
Result<Words> attach(const fs::path& pod, const Json& config);

/// What attach() has made goes; a pod that is gone has nothing left of it.
void detach(const fs::path& pod);

}  // namespace wick::runtime
