// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// An option of the command line, whoever it belongs to: its name, and what --help says of it.

#include <string>

#include "monitor/base/sentence.h"

namespace wick::monitor {

struct Option {
  char letter;  ///< 0: none
  const char* name;
  const char* value;  ///< how help calls it; nullptr: a flag
  const char* meaning;
};

/// Of an option that wants the name of something.
inline Outcome keep_name(std::string& to, const char* value) {
  if (!*value) return sentence("an option that wants a name has got an empty one");
  to = value;
  return {};
}

}  // namespace wick::monitor
