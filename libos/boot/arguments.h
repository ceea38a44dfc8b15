// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// main()'s arguments and environment, built from the configuration (`arg`, `env.NAME`).

namespace wick::boot {

struct Arguments {
  int count;
  char** values;  ///< values[0] is the appliance's name
  char** environment;
};

/// Takes the little memory it needs from the start of the heap, before malloc() owns it. @return false without room
bool make_arguments(Arguments& arguments);

}  // namespace wick::boot
