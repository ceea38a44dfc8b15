// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What is wrong with an instance's data: half a sentence, and the line that it is about.

namespace wick::metadata {

struct [[nodiscard]] Fault {
  const char* what = nullptr;  ///< "is no cloud-config"; nullptr: nothing is wrong
  unsigned line = 0;           ///< 0: none in particular

  explicit operator bool() const { return what; }
};

}  // namespace wick::metadata
