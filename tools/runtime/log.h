// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What went wrong, for a person on standard error and for the engine in the file of --log, whose last line it shows.

#include "command_line.h"

namespace wick::runtime {

void report(const CommandLine& line, const tool::Error& error);

}  // namespace wick::runtime
