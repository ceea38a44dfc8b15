// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Where the toolkit itself stands: its sources, its build folders, its scripts.

#include "base/file.h"

namespace wick::tool {

/// The toolkit's root: $WICK_ROOT as the launcher sets it, else found upwards from this program.
Result<fs::path> toolkit_root();

}  // namespace wick::tool
