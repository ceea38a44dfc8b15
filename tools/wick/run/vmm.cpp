// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "run/vmm.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/kvm.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>

namespace wick::tool {
namespace {

/// The option that only QEMU understands, if any was given.
std::optional<std::string> qemu_option(const RunOptions& options) {
  if (!options.machine.empty()) return "--machine";
  if (!options.accelerator.empty()) return "--accel";
  if (options.iso) return "--iso";
  if (options.uefi) return "--uefi";
  if (!options.extra.empty()) return "--qemu-arg";
  return {};
}

bool is_linux_wall(const std::string& wall) { return wall == "hosted" || wall == "process"; }

Result<void> check_names(const RunOptions& options) {
  const std::string& vmm = options.vmm;
  if (!vmm.empty() && vmm != "auto" && vmm != "qemu" && !is_linux_wall(vmm))
    return fail(fmt::format("There is no monitor \"{}\".", vmm), "use auto, hosted, process or qemu.");
  const auto only = qemu_option(options);
  if (only && is_linux_wall(vmm))
    return fail(fmt::format("{} is an option for QEMU.", *only), fmt::format("leave it or --vmm {} out.", vmm));
  if (only && is_linux_wall(options.wall))
    return fail(fmt::format("{} is an option for QEMU, which can't run wall {}.", *only, options.wall),
                "leave one of the two out.");
  return {};
}

Result<VmmChoice> by_kvm(const KvmState& kvm, const std::string& why) {
  if (!kvm.usable)
    return fail(fmt::format("Wall hosted needs /dev/kvm, but {}.", kvm.reason),
                "--vmm process runs the same appliance without it.");
  return VmmChoice{Vmm::hosted, why};
}

}  // namespace

std::string vmm_name(Vmm vmm) {
  if (vmm == Vmm::qemu) return "qemu";
  return vmm == Vmm::hosted ? "hosted" : "process";
}

KvmState probe_kvm(const char* device) {
  const int kvm = open(device, O_RDWR | O_CLOEXEC);
  if (kvm < 0) return {false, fmt::format("{} can't be opened: {}", device, std::strerror(errno))};
  const int version = ioctl(kvm, KVM_GET_API_VERSION, 0);
  int machine = -1;
  if (version == KVM_API_VERSION) {
    do machine = ioctl(kvm, KVM_CREATE_VM, 0);
    while (machine < 0 && errno == EINTR);
  }
  const int error = errno;
  close(kvm);
  if (version != KVM_API_VERSION) return {false, fmt::format("{} isn't the KVM that Linux documents", device)};
  if (machine < 0) return {false, fmt::format("{} makes no virtual machine: {}", device, std::strerror(error))};
  close(machine);
  return {true, "it makes virtual machines"};
}

Result<VmmChoice> choose_vmm(const RunOptions& options, const std::string& manifest_wall,
                             const std::function<KvmState()>& kvm) {
  if (auto fine = check_names(options); !fine) return std::unexpected(fine.error());
  const std::string& wall = options.wall.empty() ? manifest_wall : options.wall;
  if (options.vmm == "qemu") {
    if (!is_linux_wall(wall)) return VmmChoice{Vmm::qemu, "you asked for it"};
    return fail(fmt::format("QEMU can't boot an appliance of wall {}.", wall), "add --wall none, ring or vm.");
  }
  if (is_linux_wall(options.vmm)) {
    if (!options.wall.empty() && options.wall != options.vmm)
      return fail(fmt::format("--vmm {} and --wall {} contradict each other.", options.vmm, options.wall),
                  "leave one of the two out.");
    if (options.vmm == "process") return VmmChoice{Vmm::process, "you asked for it"};
    return by_kvm(kvm(), "you asked for it");
  }
  if (const auto only = qemu_option(options)) {
    if (!is_linux_wall(wall)) return VmmChoice{Vmm::qemu, fmt::format("{} is an option for it", *only)};
    return fail(fmt::format("{} is an option for QEMU, which can't boot wall {}.", *only, wall),
                "add --wall none, ring or vm.");
  }
  const std::string why = options.wall.empty() ? "its wall is " + wall : "you asked for it";
  if (wall == "process") return VmmChoice{Vmm::process, why};
  if (wall == "hosted") return by_kvm(kvm(), why);
  if (wall != "none" || !options.wall.empty())
    return VmmChoice{Vmm::qemu, fmt::format("wall {} boots on a machine", wall)};
  const KvmState state = kvm();
  if (!state.usable) return VmmChoice{Vmm::qemu, state.reason};
  return VmmChoice{Vmm::hosted, state.reason};
}

Result<VmmChoice> vmm_of_image(const RunOptions& options, bool runs_itself, const std::string& wall) {
  if (auto fine = check_names(options); !fine) return std::unexpected(fine.error());
  const bool any = options.vmm.empty() || options.vmm == "auto";
  if (!runs_itself) {
    if (is_linux_wall(options.vmm))
      return fail("This image boots on a machine; it doesn't run itself on Linux.",
                  "name the project's folder instead of the image.");
    return VmmChoice{Vmm::qemu, any ? "the image boots on a machine" : "you asked for it"};
  }
  if (options.vmm == "qemu" || qemu_option(options))
    return fail("QEMU can't boot an appliance that runs itself on Linux.",
                "build the project with --wall none, ring or vm.");
  const std::string& name = any ? wall : options.vmm;
  return VmmChoice{name == "process" ? Vmm::process : Vmm::hosted,
                   any ? fmt::format("its wall is {}", wall) : "you asked for it"};
}

}  // namespace wick::tool
