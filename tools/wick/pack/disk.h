// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A disk that starts an appliance by itself, without another boot loader.

#include <string>

#include "image/facts.h"

namespace wick::tool {

struct DiskContent {
  std::string slot;      ///< of slot_bytes()
  std::string build_id;  ///< of the image, in hexadecimal
};

/// @return all bytes of the disk, the same ones for the same content
Result<std::string> raw_disk(const DiskContent& content);

}  // namespace wick::tool
