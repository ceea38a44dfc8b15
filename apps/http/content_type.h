// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace http {

/// The media type that a file's name stands for; application/octet-stream when it tells nothing.
std::string_view content_type(std::string_view path);

}  // namespace http
