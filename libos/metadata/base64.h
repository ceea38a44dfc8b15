// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Base64 (RFC 4648 §4) of cloud-config's files, with line breaks between.

#include <cstddef>
#include <string_view>

namespace wick::metadata {

/// @param to has room for three quarters of the text @param bytes what it was @return whether the text is Base64
bool decode_base64(std::string_view text, char* to, std::size_t& bytes);

}  // namespace wick::metadata
