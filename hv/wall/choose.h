// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which of the walls that an image carries keeps the guest in. Each kind of image has one definition.

#include <string_view>

#include "wall/wall.h"

namespace wick::hv {

/// @param wanted of the command line's `wick.wall`: "ring", "svm", "vmx", "vm", or empty for the best one
/// @param required refuse rather than take a weaker one
/// @return one whose `missing` was content; says what it takes if that isn't the best one
const WallOperations* choose_wall(std::string_view wanted, bool required);

extern const WallOperations ring_wall, svm_wall, vmx_wall;

}  // namespace wick::hv
