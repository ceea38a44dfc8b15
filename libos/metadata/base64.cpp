// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See base64.h.

#include "metadata/base64.h"

#include <cstdint>

namespace wick::metadata {

namespace {

/// -1: none of the alphabet.
int value_of(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

}  // namespace

bool decode_base64(std::string_view text, char* to, std::size_t& bytes) {
  std::uint32_t bits = 0;
  unsigned count = 0, padding = 0;  // characters of this group of four
  bytes = 0;
  for (const char c : text) {
    if (c == '\n' || c == '\r' || c == ' ') continue;
    const int value = value_of(c);
    if (c == '=') {
      padding++;
    } else if (value < 0 || padding) {
      return false;
    }
    bits = bits << 6 | (c == '=' ? 0u : static_cast<std::uint32_t>(value));
    if (++count < 4) continue;
    if (padding > 2) return false;
    for (unsigned i = 0; i < 3 - padding; i++) to[bytes++] = static_cast<char>(bits >> (16 - 8 * i));
    count = 0;
    bits = 0;
    if (padding) padding = 4;  // nothing may follow
  }
  return count == 0;
}

}  // namespace wick::metadata
