// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The file that a feature writes to later, when none can be opened any more.

#include <fcntl.h>

#include <cerrno>
#include <cstring>

#include "monitor/base/sentence.h"

namespace wick::monitor {

/// Makes or empties it. @param file stays as it is when there is no name
inline Outcome open_output(const std::string& name, int& file) {
  if (name.empty()) return {};
  file = open(name.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  return file >= 0 ? Outcome{} : sentence("the file %s can't be written: %s", name.c_str(), std::strerror(errno));
}

}  // namespace wick::monitor
