// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Containers' images, as engines and registries take them.

#include "base/file.h"
#include "pack/container.h"

namespace wick::tool {

/// Writes `to`. The same container makes the same bytes.
using ContainerWriter = Result<void>(const Container& container, const fs::path& to);

/// An image layout of the OCI: a tar where the name ends in ".tar", else a folder, which may not be there yet.
ContainerWriter write_oci;

}  // namespace wick::tool
