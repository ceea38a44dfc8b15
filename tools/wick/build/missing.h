// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the linker and the compiler say of names that aren't there, told as a person would: who asks for what, and what
// to do. Pure text.

#include <string>
#include <string_view>

#include "base/absent.h"

namespace wick::tool {

/// @param words what ld.lld wrote to standard error
/// @return one line for each missing name in place of the linker's; all else as it was
std::string explain_link(std::string_view words, const Absent& absent);

/// @param line one line of a compiler's output
/// @return a sentence behind it when it says that a header is missing of which something is known; else empty
std::string explain_header(std::string_view line, const Absent& absent);

}  // namespace wick::tool
