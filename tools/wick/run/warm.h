// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A warm guest: started, run up to its checkpoint, and written into a file that copies go on from.

#include "base/process.h"

namespace wick::tool {

/// Runs the guest up to its checkpoint, which writes `snapshot`, an empty file until then; and ends it.
Result<void> warm_up(const Arguments& command, const std::string& name, const fs::path& snapshot);

}  // namespace wick::tool
