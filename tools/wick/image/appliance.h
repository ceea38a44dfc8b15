// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// An appliance that runs itself on Linux: the monitor's program with the guest's image behind it, in one file
// (hv/abi/appliance.h). Here it is put together and taken apart.

#include <cstdint>

#include "base/file.h"

namespace wick::tool {

/// The guest's image in a file. An offset of 0: the file is no such appliance.
struct GuestPlace {
  std::uint64_t offset = 0, length = 0;
};

/// Fails when the file ends as an appliance does, but is cut short or altered.
Result<GuestPlace> guest_place(std::string_view file, const fs::path& path);

/// The whole file's bytes.
std::string compose_appliance(std::string monitor, std::string_view guest);

}  // namespace wick::tool
