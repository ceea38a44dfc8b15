// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Errors of the tool are values: one sentence for the user, and where it helps a hint what to do about it.

#include <expected>
#include <string>
#include <utility>

namespace wick::tool {

struct Error {
  std::string sentence;
  std::string hint = {};
  std::string location = {};  ///< "file:line:column" for faults in a file
};

template <typename T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(std::string sentence, std::string hint = {}) {
  return std::unexpected(Error{std::move(sentence), std::move(hint)});
}

}  // namespace wick::tool
