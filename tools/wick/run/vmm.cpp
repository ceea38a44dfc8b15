// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "run/vmm.h"

#include <fmt/format.h>

#include <optional>

namespace wick::tool {
namespace {

/// The option that only QEMU understands, if any was given.
std::optional<std::string> qemu_option(const RunOptions& options) {
  if (!options.machine.empty()) return "--machine";
  if (!options.accelerator.empty()) return "--accel";
  if (options.iso) return "--iso";
  if (options.uefi) return "--uefi";
  if (!options.shares.empty()) return "--share";
  if (!options.models.empty()) return "--qemu-device";
  if (!options.extra.empty()) return "--qemu-arg";
  return {};
}

/// The wall that the monitor of that name is; nothing for auto and qemu.
std::optional<Wall> monitor_of(std::string_view vmm) {
  const auto wall = wall_of(vmm);
  return wall && runs_on_linux(*wall) ? wall : std::nullopt;
}

Result<void> check_names(const RunOptions& options) {
  const std::string& vmm = options.vmm;
  const auto monitor = monitor_of(vmm);
  if (!vmm.empty() && vmm != "auto" && vmm != "qemu" && !monitor)
    return fail(fmt::format("There is no monitor \"{}\".", vmm), "use auto, hosted, process or qemu.");
  const auto only = qemu_option(options);
  if (only && monitor)
    return fail(fmt::format("{} is an option for QEMU.", *only), fmt::format("leave it or --vmm {} out.", vmm));
  if (only && options.wall && runs_on_linux(*options.wall))
    return fail(fmt::format("{} is an option for QEMU, which can't run wall {}.", *only, wall_name(*options.wall)),
                "leave one of the two out.");
  return {};
}

Result<VmmChoice> by_kvm(const KvmState& kvm, const std::string& why) {
  if (!kvm.usable)
    return fail(fmt::format("Wall hosted needs /dev/kvm, but {}.", kvm.reason),
                "--vmm process runs the same appliance without it.");
  return VmmChoice{Wall::hosted, why};
}

}  // namespace

std::string vmm_name(const VmmChoice& choice) { return std::string(choice.wall ? wall_name(*choice.wall) : "qemu"); }

Result<VmmChoice> choose_vmm(const RunOptions& options, Wall manifest_wall, const std::function<KvmState()>& kvm) {
  if (auto fine = check_names(options); !fine) return std::unexpected(fine.error());
  const Wall wall = options.wall.value_or(manifest_wall);
  if (options.vmm == "qemu") {
    if (!runs_on_linux(wall)) return VmmChoice{kQemu, "you asked for it"};
    return fail(fmt::format("QEMU can't boot an appliance of wall {}.", wall_name(wall)),
                "add --wall none, ring or vm.");
  }
  if (const auto monitor = monitor_of(options.vmm)) {
    if (options.wall && options.wall != monitor)
      return fail(fmt::format("--vmm {} and --wall {} contradict each other.", options.vmm, wall_name(*options.wall)),
                  "leave one of the two out.");
    if (monitor == Wall::process) return VmmChoice{monitor, "you asked for it"};
    return by_kvm(kvm(), "you asked for it");
  }
  if (const auto only = qemu_option(options)) {
    if (!runs_on_linux(wall)) return VmmChoice{kQemu, fmt::format("{} is an option for it", *only)};
    return fail(fmt::format("{} is an option for QEMU, which can't boot wall {}.", *only, wall_name(wall)),
                "add --wall none, ring or vm.");
  }
  const std::string why = options.wall ? "you asked for it" : fmt::format("its wall is {}", wall_name(wall));
  if (wall == Wall::process) return VmmChoice{wall, why};
  if (wall == Wall::hosted) return by_kvm(kvm(), why);
  if (wall != Wall::none || options.wall)
    return VmmChoice{kQemu, fmt::format("wall {} boots on a machine", wall_name(wall))};
  const KvmState state = kvm();
  if (!state.usable) return VmmChoice{kQemu, state.reason};
  return VmmChoice{Wall::hosted, state.reason};
}

Result<VmmChoice> vmm_of_image(const RunOptions& options, bool runs_itself, Wall wall) {
  if (auto fine = check_names(options); !fine) return std::unexpected(fine.error());
  const bool any = options.vmm.empty() || options.vmm == "auto";
  const auto monitor = monitor_of(options.vmm);
  if (!runs_itself) {
    if (monitor)
      return fail("This image boots on a machine; it doesn't run itself on Linux.",
                  "name the project's folder instead of the image.");
    return VmmChoice{kQemu, any ? "the image boots on a machine" : "you asked for it"};
  }
  if (options.vmm == "qemu" || qemu_option(options))
    return fail("QEMU can't boot an appliance that runs itself on Linux.",
                "build the project with --wall none, ring or vm.");
  return VmmChoice{monitor.value_or(wall), any ? fmt::format("its wall is {}", wall_name(wall)) : "you asked for it"};
}

}  // namespace wick::tool
