// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// An instance's wishes become this boot's: settings between the manifest's and those that were given at boot, files of
// the root file system, arguments and environment of the program.

#include "metadata/instance.h"

namespace wick::metadata {

/// All of it, before file systems and the network start. What counts is kept. @return nullptr, or why nothing counts
[[nodiscard]] const char* apply(Instance& instance);

}  // namespace wick::metadata
