// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A disk in a file of whatever format: raw ones are read as they are, others by way of qemu-img.

#include "base/file.h"
#include "pack/raw_disk.h"

namespace wick::tool {

/// @param scratch takes the raw disk of another format, and has to outlive what is returned
/// Fails when it can't be read, and for archives.
Result<RawDisk> open_disk_file(const fs::path& path, TemporaryFile& scratch);

}  // namespace wick::tool
