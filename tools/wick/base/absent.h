// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What tools/wick/absent.txt says of functions and headers that programs ask for and that aren't there: why, and what
// to use instead. Reads this file only.

#include <map>
#include <string>
#include <string_view>

#include "base/file.h"

namespace wick::tool {

class Absent {
 public:
  /// @param root of the toolkit
  /// @return an error when the list is missing or has a line without a sentence
  static Result<Absent> load(const fs::path& root);

  /// @param name a function's, or a header's as "<sys/epoll.h>"
  /// @return the sentence about it, without a full stop; empty: nothing is known
  std::string_view about(std::string_view name) const;

  const std::map<std::string, std::string, std::less<>>& all() const { return sentences_; }

 private:
  std::map<std::string, std::string, std::less<>> sentences_;
};

}  // namespace wick::tool
