// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// UEFI's Secure Boot (UEFI 2.10, §32): firmware that knows a certificate starts no loader that its key has not signed.

#include <string>
#include <string_view>

#include "base/file.h"

namespace wick::tool {

/// Files in PEM.
struct FirmwareKey {
  fs::path key, certificate;
};

/// @param loader a PE/COFF program
/// @return the same with a signature, in which the time of signing is
Result<std::string> sign_loader(std::string_view loader, const FirmwareKey& by);

}  // namespace wick::tool
