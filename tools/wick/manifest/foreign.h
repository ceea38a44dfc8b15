// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// application.build: a build system of somebody else's that makes the program, or sources that are compiled here.

#include "manifest/sections.h"

namespace wick::tool {

/// To be called behind read_upstream, in whose sources it may work.
void read_foreign(Table& application, Manifest& manifest);

}  // namespace wick::tool
