// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Files and folders between the host and a volume.

#include <functional>

#include "volume/image.h"

namespace wick::tool {

/// Hands out a file of the volume in pieces.
Result<void> read_from(Image& image, const std::string& path,
                       const std::function<Result<void>(std::string_view)>& take);

/// A folder of either side is a target to copy into. @param folders whether a folder may be copied
Result<void> copy_in(const fs::path& from, Image& image, const std::string& to, bool folders);
Result<void> copy_out(Image& image, const std::string& from, const fs::path& to, bool folders);

}  // namespace wick::tool
