// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// An image that carries the wall `ring` alone.

#include "wall/choose.h"

#include "platform/print.h"

namespace wick::hv {

const WallOperations* choose_wall(std::string_view wanted, bool) {
  if (!wanted.empty() && wanted != "ring") refuse("this image carries no other wall than ring");
  if (const char* missing = ring_wall.missing()) refuse(missing);
  return &ring_wall;
}

}  // namespace wick::hv
