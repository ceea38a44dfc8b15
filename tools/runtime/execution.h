// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A process that an engine believes `exec` to have started: it has the engine's standard output, or a terminal that the
// engine gets, and a process id and an exit code. It says what is known already, and ends.

#include "questions.h"

namespace wick::runtime {

/// @return the exit code: of a process that goes on by itself, 0
Result<int> say(const Said& said, const Execution& how);

}  // namespace wick::runtime
