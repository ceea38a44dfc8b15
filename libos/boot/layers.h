// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Setting up the configuration's layers at boot; whoever only reads settings includes boot/config.h.

#include <string_view>

namespace wick::config {

/// @return nullptr, or what is wrong with the boot module's text
[[nodiscard]] const char* set_layers(std::string_view baked, std::string_view module, std::string_view command_line);

}  // namespace wick::config
