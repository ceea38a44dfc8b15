// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// An instance's wishes become this boot's: settings between the manifest's and those that were given at boot, files of
// the root file system, arguments and environment of the program. Host-testable.

#include "metadata/instance.h"

namespace wick::metadata {

/// All of it, before a file is open. What counts is kept. @param room for arguments and environment
/// @return nullptr, or why nothing counts: then all is as it was
[[nodiscard]] const char* apply(Instance& instance, void* (*room)(std::size_t bytes));

}  // namespace wick::metadata
