// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The manifest note's text, as the monitor needs it. Its name becomes part of file names and its lists of command
// lines, so nothing is taken that the builder wouldn't write. Pure: text in, facts or one sentence out.

#include <optional>
#include <string>
#include <string_view>

#include "monitor/guest/image.h"

namespace wick::monitor {

/// Fills the part of `image` that comes of the manifest note.
/// @return what is wrong in one sentence without a full stop; nothing when all is well
std::optional<std::string> read_manifest_note(std::string_view text, GuestImage& image);

}  // namespace wick::monitor
