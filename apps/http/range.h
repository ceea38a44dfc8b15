// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Byte ranges (RFC 9110 §14). One range a request: a client that asks for several gets the whole, which is allowed.

#include <cstdint>
#include <string_view>

namespace http {

enum class RangeKind : std::uint8_t { whole, part, unsatisfiable };

struct Range {
  RangeKind kind;
  std::uint64_t first, length;
};

/// @param field value of the Range field  @param size of the whole
Range parse_range(std::string_view field, std::uint64_t size);

}  // namespace http
