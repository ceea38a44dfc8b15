// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A stream-optimized VMDK as a part of something larger: an OVA holds one.

#include "pack/raw_disk.h"

namespace wick::tool {

/// Into a file that is empty. Fails when the disk can't be read.
Result<void> append_vmdk(const RawDisk& disk, OutputFile& file);

/// The size that the disk then has: whole grains.
std::uint64_t vmdk_bytes(const RawDisk& disk);

}  // namespace wick::tool
