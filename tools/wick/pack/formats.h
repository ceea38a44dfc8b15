// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What `wick pack` can make: one row a format.

#include <span>
#include <string>
#include <string_view>

#include "pack/formats/formats.h"
#include "pack/formats/oci.h"

namespace wick::tool {

/// Made of a disk, or of an appliance that runs itself: one of the two writers is there.
struct Format {
  std::string_view name, suffix, summary;
  FormatWriter* write = nullptr;
  ContainerWriter* write_container = nullptr;

  bool is_container() const { return write_container; }
};

std::span<const Format> formats();
const Format* find_format(std::string_view name);
std::string format_help();  ///< "raw, qcow2 or …"

}  // namespace wick::tool
