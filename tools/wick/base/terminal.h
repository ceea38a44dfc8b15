// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the user sees. Results go to standard output; progress, remarks and errors to standard error, in colour only
// where that is a terminal and NO_COLOR is not set.

#include <string>
#include <string_view>

#include "base/result.h"

namespace wick::tool {

enum class Paint { none, bold, red, green, yellow, dim };

/// `text` in colour when the stream (1 standard output, 2 standard error) is a terminal.
std::string paint(Paint colour, std::string_view text, int stream);

void print(std::string_view text);   ///< standard output, with a newline
void remark(std::string_view text);  ///< standard error: "wick: text"
void complain(const Error& error);   ///< standard error: the sentence, then the hint

}  // namespace wick::tool
