// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The keys that disks are signed by, Ed25519 (RFC 8032), as files of two lines of text: one that says what it is, and
// the key in hexadecimal. docs/disks.md has them.

#include <array>
#include <cstdint>

#include "base/file.h"
#include "boot/payload/slot.h"

namespace wick::tool {

using PublicKey = std::array<std::uint8_t, boot::kKeyBytes>;
using Signature = std::array<std::uint8_t, boot::kSignatureBytes>;

class SecretKey {
 public:
  /// A new one, by the system's randomness.
  static Result<SecretKey> make();
  /// Fails when it is no such file, or when others than its owner may read it.
  static Result<SecretKey> read(const fs::path& path);
  ~SecretKey();
  SecretKey(const SecretKey&) = default;

  const PublicKey& public_key() const { return public_; }
  std::string text() const;  ///< what read() reads
  Signature sign(std::string_view message) const;

 private:
  using Seed = std::array<std::uint8_t, boot::kKeyBytes>;
  explicit SecretKey(const Seed& seed);

  Seed seed_;
  PublicKey public_;
};

std::string public_key_text(const PublicKey& key);
Result<PublicKey> read_public_key(const fs::path& path);

}  // namespace wick::tool
