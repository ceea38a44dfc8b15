// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The sources that the manifest names, asked in its order, those that need no network first. The first one that has
// data of this instance decides.

#include "abi/types.h"
#include "metadata/source.h"

namespace wick::metadata {

/// Asks the sources of a stage, unless the data has been found. @return whether the boot may go on
Status search(Stage stage, Surroundings& around);

}  // namespace wick::metadata
