// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A volume that holds one SQLite database instead of files (docs/sqlite.md): it is taken out as the two files that
// SQLite has on any system.

#include "volume/image.h"

namespace wick::tool {

/// What such a volume is called from within: "/db".
inline constexpr std::string_view kDatabasePath = "/db";

/// Whether it is one, of any version.
bool holds_database(ImageDisk& disk);

/// Writes `to`, and `to`-wal where the database has a log that isn't in it yet. @param volume what the disk is called
Result<void> take_database(const fs::path& volume, ImageDisk& disk, const fs::path& to);

}  // namespace wick::tool
