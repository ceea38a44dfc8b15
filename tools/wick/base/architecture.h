// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What images are made for, and what it is called: by compilers and QEMU, after whom profiles and build folders are
// named, by Debian's packages, by GRUB and by containers. Machines of each are in run/hardware.h.

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>

namespace wick::tool {

struct Architecture {
  std::string_view name;  ///< "x86_64-cloud" is a profile's file in build-profiles/ and its folder in build/
  std::string_view qemu, qemu_package;
  /// Where GRUB has its modules for firmware of the older kind and for UEFI, and the package of the latter.
  std::string_view grub, grub_uefi, grub_uefi_package;
  std::string_view uefi_loader;  ///< what firmware starts from a disk that it knows nothing of (UEFI 2.10, §3.5.1.1)
  std::string_view container;    ///< Go's GOARCH, as images of the OCI have it
};

inline constexpr Architecture kArchitectures[] = {
    {.name = "x86_64",
     .qemu = "qemu-system-x86_64",
     .qemu_package = "qemu-system-x86",
     .grub = "i386-pc",
     .grub_uefi = "x86_64-efi",
     .grub_uefi_package = "grub-efi-amd64-bin",
     .uefi_loader = "BOOTX64.EFI",
     .container = "amd64"},
};

/// The one that the build has chosen.
inline constexpr const Architecture& kArchitecture =
    *std::ranges::find(kArchitectures, std::string_view(WICK_ARCHITECTURE), &Architecture::name);
static_assert(&kArchitecture != std::end(kArchitectures), "the table above lacks this architecture");

inline std::string profile_target(const std::string& profile) {
  return std::string(kArchitecture.name) + "-" + profile;
}

inline std::string qemu_program() { return std::string(kArchitecture.qemu); }

}  // namespace wick::tool
