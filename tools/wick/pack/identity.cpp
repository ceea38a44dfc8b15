// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "pack/identity.h"

#include <fmt/format.h>
#include <sodium/crypto_hash_sha256.h>

#include <algorithm>

namespace wick::tool {

Uuid uuid_of(const Digest& digest, std::string_view purpose) {
  std::string text(digest.begin(), digest.end());
  text += purpose;
  Digest hash;
  crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size());
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
