// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// From a request target (RFC 9112 §3.2) to a path in the document root: absolute, decoded, without "." and "..".

#include <span>
#include <string_view>

namespace http {

/// @param room for the decoded path, at least as long as the target
/// @return the path, a view of `target` where nothing had to change; empty when the target is malformed
std::string_view resolve_target(std::string_view target, std::span<char> room);

/// Whether every character of a path may stay as it is.
bool is_plain(std::string_view path);

}  // namespace http
