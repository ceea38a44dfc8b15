// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Walls, calls and classes of device by name: manifests, notes, logs and command lines mean the same by it. For
// programs of the host.

#include <optional>
#include <string_view>

#include "abi/bootinfo.h"
#include "abi/call.h"
#include "abi/device.h"

namespace wick {

/// By number, as manifests, notes and logs have them.
inline constexpr char kCallNames[kCallCount][11] = {"exit",       "console",  "yield",      "notify",
                                                    "wall_clock", "entropy",  "vcpu_start", "vcpu_kick",
                                                    "seal",       "watchdog", "checkpoint"};

/// Classes of device, as manifests, images' notes and builds write them.
constexpr const char* class_name(DeviceKind kind) {
  switch (kind) {
    case DeviceKind::none:
      break;
    case DeviceKind::network:
      return "network";
    case DeviceKind::block:
      return "block";
    case DeviceKind::console:
      return "console";
    case DeviceKind::entropy:
      return "entropy";
    case DeviceKind::balloon:
      return "balloon";
    case DeviceKind::share:
      return "share";
    case DeviceKind::vsock:
      return "vsock";
    case DeviceKind::key:
      return "key";
  }
  return "none";
}

/// What `vm` stands for until a machine has decided which of the two it is.
inline constexpr Wall kWallVm = Wall::vm_svm;

inline constexpr char kWallNames[][8] = {"none", "ring", "vm", "vm", "hosted", "process"};
constexpr std::string_view wall_name(Wall wall) { return kWallNames[static_cast<unsigned>(wall)]; }

/// Those that can be asked for.
inline constexpr Wall kWalls[] = {Wall::none, Wall::ring, kWallVm, Wall::hosted, Wall::process};

/// @return nothing: there is no wall of that name
constexpr std::optional<Wall> wall_of(std::string_view name) {
  for (const Wall wall : kWalls)
    if (wall_name(wall) == name) return wall;
  return {};
}

/// Whether an image of it is a program for Linux, which brings its monitor; else it boots on a machine.
constexpr bool runs_on_linux(Wall wall) { return wall == Wall::hosted || wall == Wall::process; }

}  // namespace wick
