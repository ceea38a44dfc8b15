// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The few words of the command line that are hv's own; libos reads the rest. Depends on nothing.

#include <string_view>

namespace wick::hv {

/// Looks up `key=` among the space-separated words of the command line. @return its value, empty when absent
std::string_view command_line_value(std::string_view command_line, std::string_view key);

}  // namespace wick::hv
