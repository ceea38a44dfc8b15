// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Embedded files without a copy, for applications: their bytes as they stand in the image.

#include <stddef.h>

#ifdef __cplusplus

#include <span>
#include <string_view>

namespace wick::fs {

/// @param path absolute and normal, "/www/index.html"  @return its content; data() is null when there is no such file
std::span<const std::byte> map(std::string_view path);

}  // namespace wick::fs

extern "C" {
#endif

/// The same for C. @return null when there is no such file
const void* wick_map_file(const char* path, size_t* bytes);

#ifdef __cplusplus
}
#endif
