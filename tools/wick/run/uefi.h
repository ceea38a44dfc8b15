// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// UEFI firmware for QEMU: OVMF, as Debian's package `ovmf` has it.

#include "base/file.h"

namespace wick::tool {

struct Firmware {
  std::string code;       ///< file that QEMU maps read-only; empty: the BIOS that QEMU comes with
  std::string variables;  ///< file that it writes its settings to
};

/// @param variables is overwritten with the settings of a new machine
Result<Firmware> prepare_uefi(const fs::path& variables);

}  // namespace wick::tool
