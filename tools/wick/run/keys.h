// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Private keys on their way to the key service: an appliance that runs itself reads the files; under QEMU hv takes them
// from the configuration block, before the guest can read that.

#include <string>
#include <vector>

#include "base/result.h"
#include "image/facts.h"

namespace wick::tool {

/// Says which keys of the manifest have no file.
void remark_on_keys(const std::vector<std::string>& keys, const ImageFacts& facts);

/// Lines of a configuration block. @param keys "NAME=FILE"
Result<std::string> key_lines(const std::vector<std::string>& keys, const ImageFacts& facts);

}  // namespace wick::tool
