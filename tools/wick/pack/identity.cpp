// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "pack/identity.h"

#include <fmt/format.h>

#include <algorithm>

namespace wick::tool {

Uuid uuid_of(const Digest& digest, std::string_view purpose) {
  Sha256 sum;
  sum.add(std::as_bytes(std::span(digest)));
  sum.add(std::as_bytes(std::span(purpose)));
  const Digest hash = sum.end();
  Uuid uuid;
  std::copy_n(hash.begin(), uuid.size(), uuid.begin());
  uuid[6] = (uuid[6] & 0x0f) | 0x80;  // version 8: by a rule of one's own
  uuid[8] = (uuid[8] & 0x3f) | 0x80;  // the variant of RFC 9562
  return uuid;
}

std::string text_of(const Uuid& uuid) {
  std::string text;
  for (std::size_t i = 0; i < uuid.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += fmt::format("{:02x}", uuid[i]);
  }
  return text;
}

}  // namespace wick::tool
