// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// main()'s arguments and environment, built from the configuration (`arg`, `env.NAME`).

#include <cstddef>

namespace wick::boot {

struct Arguments {
  int count;
  char** values;  ///< values[0] is the appliance's name
  char** environment;
};

/// @param room where the little memory that it takes comes from @return false without room
bool make_arguments(Arguments& arguments, void* (*room)(std::size_t bytes));

/// main() will get these, and programs ask for this environment from now on.
void use_arguments(const Arguments& arguments);
const Arguments& arguments();

}  // namespace wick::boot
