// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The key service: answers a guest's requests (abi/key.h) by keys that it never gives away, and derives secrets that
// outlive the guest's restarts. A request is a copy of what the guest wrote, and each field of it may be nonsense. At
// most one operation of a private key a request: the guest can spend its own time, no more.

#include "backend/keys/private_key.h"

namespace wick::hv {

class KeyService {
 public:
  constexpr KeyService() = default;

  /// Before the first request. @param entropy nobody else's  @param now seconds, as answer() has them
  void start(std::span<const std::uint8_t> entropy, std::uint64_t now);
  /// @param name up to kKeyNameBytes - 1 bytes  @return nullptr, or what is wrong, in words that end a sentence
  const char* add(std::string_view name, std::string_view pem);

  /// @param now seconds of a clock that only goes forward
  void answer(const KeyRequest& request, std::uint64_t now, KeyAnswer& answer);

 private:
  struct Named {
    char name[kKeyNameBytes];
    PrivateKey key;
  };
  static constexpr std::size_t kSecretBytes = 32;

  const PrivateKey* find(const char (&name)[kKeyNameBytes]) const;
  Status describe(const PrivateKey& key, KeyAnswer& answer) const;
  Status sign(const PrivateKey& key, const KeyRequest& request, KeyAnswer& answer);
  Status derive(const KeyRequest& request, std::uint64_t now, KeyAnswer& answer);
  void turn(std::uint64_t now);

  Named keys_[kMaxKeys] = {};
  unsigned count_ = 0;
  br_hmac_drbg_context random_{};
  std::uint8_t secrets_[2][kSecretBytes] = {};  ///< of this period and of the one before
  bool has_older_ = false;
  std::uint64_t began_ = 0;  ///< the period, in seconds
};

}  // namespace wick::hv
