// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the user asks of `wick run`, word for word: what becomes of it depends on who runs the appliance.

#include <optional>
#include <string>
#include <vector>

#include "abi/host/names.h"
#include "run/command_line.h"

namespace wick::tool {

struct RunOptions {
  std::optional<Wall> wall;  ///< of --wall; nothing: the manifest's
  std::string vmm, machine, accelerator, memory, tap, host_loopback, configuration, gdb, timeout, name, vsock, clones;
  std::vector<std::string> publish, disks, shares, keys, models, extra;
  BootSettings settings;
  bool iso = false, uefi = false, dry_run = false, verbose = false, detach = false;
};

}  // namespace wick::tool
