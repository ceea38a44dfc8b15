// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The slot that a project or an image becomes, for a new disk and for an update of one.

#include "build/target.h"
#include "pack/signature.h"
#include "run/command_line.h"

namespace wick::tool {

struct SlotWish {
  fs::path from;                      ///< the project's folder, or the image
  const BootSettings& settings;       ///< for the boot line
  fs::path configuration;             ///< of the configuration block; empty: none
  const SecretKey* signer = nullptr;  ///< null: it isn't signed
  std::string signed_by;              ///< the key's file, for the remark
};

/// @return header and payload, whole sectors, signed when somebody signs
Result<std::string> appliance_slot(const Target& target, const SlotWish& wish);

}  // namespace wick::tool
