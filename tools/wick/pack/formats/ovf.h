// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The description of a machine in an OVA (DMTF DSP0243, 1.1): its disk, processors, memory, and the devices that Wick
// drives under VMware.

#include <string>

#include "pack/formats/formats.h"

namespace wick::tool {

/// The disk's file, within the package and on its own.
struct OvfDisk {
  std::string file;
  std::uint64_t file_bytes = 0, bytes = 0;
};

std::string ovf_text(const VirtualMachine& machine, const OvfDisk& disk);

}  // namespace wick::tool
