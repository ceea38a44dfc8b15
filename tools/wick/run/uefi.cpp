// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "run/uefi.h"

#include <fmt/format.h>

#include "base/architecture.h"

namespace wick::tool {

Result<Firmware> prepare_uefi(const fs::path& variables) {
  const fs::path code = "/usr/share/OVMF/OVMF_CODE_4M.fd",
                 grub = std::string("/usr/lib/grub/") + kArchitecture + "-efi";
  std::error_code error;
  if (!fs::exists(code, error)) return fail("OVMF, the UEFI firmware for QEMU, is not installed.", "apt install ovmf");
  if (!fs::exists(grub, error)) return fail("GRUB for UEFI is not installed.", "apt install grub-efi-amd64-bin");
  fs::copy_file("/usr/share/OVMF/OVMF_VARS_4M.fd", variables, fs::copy_options::overwrite_existing, error);
  if (error)
    return fail(
        fmt::format("The firmware's settings can't be written to {}: {}.", variables.string(), error.message()));
  return Firmware{code.string(), variables.string()};
}

}  // namespace wick::tool
