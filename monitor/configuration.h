// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The text that an appliance is configured by when it starts: the configuration block and what options say.

#include <expected>
#include <string>

#include "monitor/options.h"

namespace wick::monitor {

/// The file's lines but for those whose key an option gives, and then the options'. For libos.
/// @return or what is wrong in one sentence
std::expected<std::string, std::string> make_configuration(const Options& options);

}  // namespace wick::monitor
