// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What can be asked of an appliance while it runs (abi/host/control.h): a socket in the container's folder that its
// monitor has open from its start, under a number, as a file that the engine leaves open. So nothing of it is within
// the container, and whoever may read the runtime's state may ask.

#include "command_line.h"

namespace wick::runtime {

/// Behind the files that the engine's caller leaves open.
constexpr unsigned questions_number(unsigned preserved) { return 3 + preserved; }

/// Listens in the container's folder, with that number, until the programs end that are started from now on.
Result<void> listen_for_questions(const fs::path& folder, unsigned number);

/// What `exec` leads to: as if a program had said it and ended.
struct Said {
  std::string output = {}, error = {};
  int code = 0;
};

/// @param words of a command; the first one is a question
/// @param folder of a container whose appliance runs
Result<Said> answer(const tool::Arguments& words, const fs::path& folder);

}  // namespace wick::runtime
