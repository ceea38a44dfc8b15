// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Setting up the configuration's layers at boot; whoever only reads settings includes boot/config.h.

#include <string_view>

namespace wick::config {

/// @return nullptr, or what is wrong with the boot module's text
[[nodiscard]] const char* set_layers(std::string_view baked, std::string_view module, std::string_view command_line);

/// Settings of this instance, above the manifest's and below those that were given at boot, in the place of those that
/// it had; after set_layers(). @return nullptr, or what is wrong: then nothing has changed
[[nodiscard]] const char* set_instance_layer(std::string_view text);

}  // namespace wick::config
