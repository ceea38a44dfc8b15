// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the linker took into an image, or into the monitor in front of it, from the map that ld.lld wrote beside it. A
// map lists what has a place in memory after --gc-sections, so an object that was read and thrown away again doesn't
// count.

#include <set>
#include <string>

#include "base/result.h"

namespace wick::tool {

using LinkedObjects = std::set<std::string>;

/// The names of the objects that gave bytes to memory: "libos/libos.a(fs_file.cpp.o)", or what ThinLTO calls the same.
/// Fails when the text is no map of theirs, or one in which all objects have become one (full LTO).
Result<LinkedObjects> linked_objects(std::string_view map, const std::string& name);

}  // namespace wick::tool
