// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// How much of a configuration an image takes: hv and libos hold to these limits, and whoever makes an image or starts
// one checks them before, so that nobody learns of them at boot.

#include <cstddef>

namespace wick {

inline constexpr std::size_t kMaxCommandLineBytes = 2048;
inline constexpr std::size_t kMaxConfigurationBytes = 8192;  ///< of the configuration block

/// Settings that the manifest may bake, and those that command line and configuration block may have together.
inline constexpr unsigned kMaxBakedSettings = 128, kMaxGivenSettings = 128;

}  // namespace wick
