// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// application.sources_from: whose sources a project builds. A wrap, in Meson's format, pins an archive by its digest;
// it is unpacked once for each digest, and paths of the manifest reach into it by the wrap's name.

#include "manifest/sections.h"

namespace wick::tool {

/// Sources that aren't on this machine yet: who is about to fetch them asks with `is_fine`.
enum class Missing : bool { is_fine, is_fault };

void read_upstream(Table& application, Manifest& manifest, Missing missing);

/// Where a path of the manifest lies: "lua:src/lapi.c" in the sources of lua.wrap, "build:lua.c" where a foreign build
/// system builds, any other in the project's folder.
fs::path located(const Manifest& manifest, std::string_view path);

/// The value of a line "key = value" of a wrap; empty where there is none.
std::string wrap_value(const std::string& text, std::string_view key);

/// Whether the file came by a wrap, so that its warnings are not this project's.
bool is_upstream(const Manifest& manifest, const fs::path& file);

}  // namespace wick::tool
