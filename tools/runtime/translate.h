// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A bundle's configuration becomes that of a container whose process is the appliance's monitor: what the engine says
// of environment, name and devices goes to the guest by the monitor's options, and all else stays what the engine
// wanted. Pure, so that tests see what comes of what.

#include <optional>

#include "appliance.h"

namespace wick::runtime {

/// What this machine has, and where the bundle's own paths begin.
struct Host {
  std::optional<std::uint64_t> kvm;  ///< number of the device /dev/kvm, where it makes virtual machines
  fs::path bundle, rootfs;
  std::optional<std::vector<std::string>> tap =
      {};                  ///< what the guest is told of the pod's own interface (pod_network.h)
  unsigned questions = 0;  ///< number of the open file that the appliance listens at; 0: none
};

Result<Json> translate(Json config, const Appliance& appliance, const Host& host);

/// Whether the appliance can be told where it is asked: one that an older wick has built can't, and one has one control
/// socket, which may be among its words.
bool takes_questions(const Json& config, const Appliance& appliance);

/// Whether it is the container that holds a pod's namespaces and does nothing else. Engines make it by the same runtime
/// as those of the pod, and it is no appliance.
bool is_sandbox(const Json& config);
/// What is no appliance stays what it is, but for paths that begin at the bundle.
Json move_out(Json config, const Host& host);

}  // namespace wick::runtime
