// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Small text helpers that the standard library lacks.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wick::tool {

std::vector<std::string> split(std::string_view text, char separator);
std::string join(std::span<const std::string> parts, std::string_view separator);
std::string_view trim(std::string_view text);

/// The candidate that a misspelt `word` most likely means; nothing when none is near.
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates);

/// "64 KiB", "1.5 MiB"; exact bytes below 1 KiB.
std::string human_size(std::uint64_t bytes);

/// Two lower-case digits a byte.
std::string hexadecimal(std::span<const std::uint8_t> bytes);

/// `text` as one word of a POSIX shell.
std::string shell_word(std::string_view text);

}  // namespace wick::tool
